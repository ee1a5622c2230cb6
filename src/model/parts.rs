//! Parts of messages and of tools' results, as OpenAI, Vercel's SDK and the Model Context Protocol
//! write them.

use super::media::{Kind, Media};
use super::message::{Content, Part};
use crate::json::{Value, text_at};

/// What is wrong with a part: where, and what should stand there.
pub type Misread = (&'static [&'static str], &'static str);

/// Reads one part.
///
/// # Errors
/// Where it is none.
pub fn read_part(part: &Value) -> Result<Part, Misread> {
    const ADDRESS: &str = "an `https:` or `data:` address, or base64 with `mediaType` beside it";
    let named = text_at(part, "/type");
    let (kind, path): (_, &'static [&'static str]) = match named {
        "text" | "input_text" => {
            let text = part.get("text").and_then(Value::as_str).ok_or((&["text"][..], "a string"))?;
            return Ok(Part::Text(text.into()));
        }
        "image_url" => (Kind::Image, &["image_url", "url"]),
        "image" | "input_image" => (Kind::Image, &["image"]),
        "file" | "input_file" => (Kind::File, &["file"]),
        "input_audio" => (Kind::Audio, &["input_audio", "data"]),
        "audio" => (Kind::Audio, &["audio"]),
        _ => return Err((&["type"], "'text', 'image_url', 'file' or 'audio'")),
    };
    let inner = part.get(named);
    let source = inner.filter(|inner| inner.is_object()).unwrap_or(part);
    let text = |names: &[&str]| {
        names.iter().find_map(|name| source.get(name)?.as_str()).filter(|text| !text.trim().is_empty())
    };
    let address = inner
        .and_then(Value::as_str)
        .or_else(|| text(&["url", "file_data", "file_url", "image_url", "data"]));
    let address = address.filter(|text| !text.trim().is_empty()).ok_or((path, ADDRESS))?;
    let media_type = text(&["mediaType", "mimeType", "media_type"]).map(String::from);
    let media_type = media_type.or_else(|| text(&["format"]).map(|format| format!("audio/{format}")));
    let is_address =
        ["https:", "http:", "data:", "gs:", "blob:"].iter().any(|scheme| address.starts_with(scheme));
    let url = match (is_address, media_type, kind) {
        (true, ..) | (false, None, Kind::Image) => address.into(),
        (false, Some(media_type), _) => format!("data:{media_type};base64,{address}"),
        (false, None, Kind::File) => format!("data:application/pdf;base64,{address}"),
        (false, None, Kind::Audio) => return Err((&["input_audio", "format"], "'wav' or 'mp3'")),
    };
    let detail = text(&["detail"]);
    if detail.is_some_and(|detail| !["auto", "low", "high", "original"].contains(&detail)) {
        return Err((&["image_url", "detail"], "'auto', 'low' or 'high'"));
    }
    let mut media = Media {
        kind,
        url,
        name: text(&["filename", "name"]).map(Into::into),
        detail: detail.map(Into::into),
    };
    // A file of pictures is a picture.
    let told = media.media_type();
    let told = [("image/", Kind::Image), ("audio/", Kind::Audio)]
        .into_iter()
        .find(|(start, _)| told.starts_with(start));
    media.kind = told.map_or(kind, |(_, kind)| kind);
    Ok(Part::Media(media))
}

/// What a tool gave as parts for the model to look at; none where it gave data. With nothing but
/// text in them, they are data as well.
#[must_use]
pub fn parts_of_result(result: &Value) -> Option<Content> {
    const FIELDS: &[&str] = &[
        "type",
        "text",
        "image_url",
        "image",
        "file",
        "audio",
        "input_audio",
        "data",
        "mimeType",
        "mediaType",
        "filename",
        "annotations",
        "_meta",
    ];
    // The Model Context Protocol wraps them.
    let items = result.as_array().or_else(|| result.get("content")?.as_array())?;
    let part = |item: &Value| {
        let is_plain = item.as_object()?.keys().all(|name| FIELDS.contains(&name.as_ref()));
        read_part(item).ok().filter(|_| is_plain)
    };
    let parts: Vec<Part> = items.iter().map(part).collect::<Option<_>>()?;
    parts.iter().any(|part| part.as_media().is_some()).then(|| Content::Parts(parts.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn url(part: Value) -> (Kind, String) {
        let Ok(Part::Media(media)) = read_part(&part) else { panic!("{part:?}") };
        (media.kind, media.url)
    }

    #[test]
    fn parts_are_read_as_openai_vercel_and_mcp_write_them() {
        let pdf = "data:application/pdf;base64,JVBE";
        for part in [
            json!({ "type": "file", "file": { "file_data": pdf, "filename": "a.pdf" } }),
            json!({ "type": "file", "file": { "url": pdf } }),
            json!({ "type": "file", "file": pdf }),
            json!({ "type": "file", "data": "JVBE", "mediaType": "application/pdf" }),
            json!({ "type": "input_file", "file_data": pdf }),
        ] {
            assert_eq!(url(part), (Kind::File, pdf.into()));
        }
        for part in [
            json!({ "type": "input_audio", "input_audio": { "data": "UklG", "format": "wav" } }),
            json!({ "type": "audio", "audio": { "data": "UklG", "format": "wav" } }),
            json!({ "type": "audio", "data": "UklG", "mimeType": "audio/wav" }),
            json!({ "type": "file", "data": "UklG", "mediaType": "audio/wav" }),
        ] {
            assert_eq!(url(part), (Kind::Audio, "data:audio/wav;base64,UklG".into()));
        }
        for part in [
            json!({ "type": "image", "data": "iVBO", "mimeType": "image/png" }),
            json!({ "type": "image_url", "image_url": { "url": "data:image/png;base64,iVBO", "detail": "low" } }),
            json!({ "type": "image", "image": "data:image/png;base64,iVBO" }),
        ] {
            assert_eq!(url(part), (Kind::Image, "data:image/png;base64,iVBO".into()));
        }
    }

    #[test]
    fn data_that_a_tool_gives_is_not_taken_for_something_to_look_at() {
        for data in [
            json!([{ "type": "file", "url": "https://host.example/a.pdf", "stars": 3 }]),
            json!([{ "type": "text", "text": "a moth" }]),
            json!({ "content": "a moth" }),
            json!([]),
        ] {
            assert!(parts_of_result(&data).is_none(), "{data:?}");
        }
        let picture = json!({ "type": "image", "data": "iVBO", "mimeType": "image/png" });
        assert!(parts_of_result(&json!([picture])).is_some());
        assert!(parts_of_result(&json!({ "content": [picture], "isError": false })).is_some());
    }
}
