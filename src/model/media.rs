//! Images, files and sounds among the words of a message, and how they are read: as OpenAI writes
//! them, as Vercel's SDK does, or as the tools of the Model Context Protocol give them.
//!
//! Sources: platform.openai.com/docs/api-reference/chat/create (`image_url`, `file`,
//! `input_audio`), modelcontextprotocol.io/specification (content of a tool's result).

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A picture.
    Image,
    /// A document.
    File,
    /// A sound.
    Audio,
}

impl Kind {
    /// In lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::File => "file",
            Self::Audio => "audio",
        }
    }
}

/// Something that is shown to a model and is no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// What it is.
    pub kind: Kind,
    /// Where it is: an `https:` address, or a `data:` address that holds it.
    pub url: String,
    /// The name of a file.
    pub name: Option<String>,
    /// How closely an image is looked at: `low`, `high` or `auto`.
    pub detail: Option<String>,
}

impl Media {
    /// An image at an address.
    #[must_use]
    pub fn image(url: &str) -> Self {
        Self { kind: Kind::Image, url: url.into(), name: None, detail: None }
    }

    /// The type and the base64 of what a `data:` address holds.
    #[must_use]
    pub fn data(&self) -> Option<(&str, &str)> {
        let (kind, data) = self.url.strip_prefix("data:")?.split_once(";base64,")?;
        Some((kind.split(';').next().unwrap_or_default(), data))
    }

    /// The media type: as the data says, else as the address ends.
    #[must_use]
    pub fn media_type(&self) -> &str {
        const ENDS: &[(&str, &str)] = &[
            ("png", "image/png"),
            ("webp", "image/webp"),
            ("gif", "image/gif"),
            ("jpg", "image/jpeg"),
            ("pdf", "application/pdf"),
            ("txt", "text/plain"),
            ("wav", "audio/wav"),
            ("mp3", "audio/mp3"),
        ];
        if let Some((kind, _)) = self.data() {
            return kind;
        }
        let path = self.url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let end = path.rsplit('.').next().unwrap_or_default();
        let known = ENDS.iter().find(|(name, _)| *name == end).map(|(_, kind)| *kind);
        known.unwrap_or(match self.kind {
            Kind::Image => "image/jpeg",
            Kind::File => "application/pdf",
            Kind::Audio => "audio/wav",
        })
    }

    /// The format of a sound, in OpenAI's word.
    #[must_use]
    pub fn audio_format(&self) -> &str {
        match self.media_type().rsplit('/').next().unwrap_or_default() {
            "mpeg" => "mp3",
            "x-wav" | "wave" | "vnd.wave" => "wav",
            format => format,
        }
    }

    /// Whether it says how closely an image is looked at.
    #[must_use]
    pub fn has_detail(&self) -> bool {
        self.detail.as_deref().is_some_and(|detail| detail != "auto")
    }

    /// What it costs at the least, in bytes of text: providers bill a small image at about 85
    /// tokens, and a page of a file or a minute of a sound at some 2,000.
    #[must_use]
    pub fn size(&self) -> usize {
        if self.kind == Kind::Image { 340 } else { 8_000 }
    }
}
