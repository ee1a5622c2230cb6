// @ts-check
/** What `--help` prints: a screen a command, of 80 columns. */

const overview = `Asks a language model many things at once, and keeps to its limits.

  npx parallelization-agent run FILE       asks with each row of a file
  npx parallelization-agent prompt TEXT    asks once; '/voting TEXT' several
  npx parallelization-agent graph FILE     runs tasks that need each other
  npx parallelization-agent estimate FILE  rows, tokens, cost, time; asks nobody
  npx parallelization-agent report FILE    makes a page of a run that was kept

COMMAND --help lists what a command takes. To begin with:

  export OPENAI_API_KEY=…      or ANTHROPIC_API_KEY, with --provider anthropic,
                               or GEMINI_API_KEY, with --provider gemini
  npx parallelization-agent run reviews.csv -m gpt-5.6-luna --limit 3 \\
      -t 'Is this review positive? {text}' -o answers.jsonl

It ends with 0 when all is done, 1 when some rows failed, 2 when the command is
wrong, 3 at a budget or deadline, 4 when the key is refused or the quota used
up, 130 when it was interrupted.
`;

const model = `Who answers
  -m, --model NAME           else that of OPENAI_MODEL and the like
  --provider NAME            openai, openai-responses, anthropic, gemini
  --base-url URL             another server that speaks the provider's API
  --env-file FILE            has the key: OPENAI_API_KEY=… on a line
  -s, --system TEXT|@FILE    instructions for the model
  --schema FILE              a JSON Schema that answers have to fit
  --max-tokens N   --temperature X   --effort LEVEL   --tier NAME
  --extra JSON               further fields of the request
`;

const limits = `Limits
  -c, --concurrency N|auto   requests at once
  --rpm N   --tpm N          requests and tokens a minute
  --retries N   --timeout S   --deadline S      seconds for a try, for it all
  --price IN/OUT             what a million tokens cost: --price 0.4/1.6
  --budget SUM|Ntok          ends before it is overrun: 5 (money), 200000tok
`;

const kept = `  --report FILE.html         a page of the run, to open in a browser
  --trace FILE.json          the run with its prompts and answers, for report
  --quiet   --json-progress  no progress, or events of AG-UI, on stderr
`;

const rows = `
FILE has a prompt a line (.txt), JSON lines (.jsonl: texts, objects, requests),
or columns with a header (.csv, .tsv); - is the standard input.

Rows
  -t, --template TEXT|@FILE  'Is it good? {text}': {text} is a field of the row
  --input FIELD              the prompt (else text, content, prompt or input)
  --id FIELD                 names the row (else custom_id, id or its line)
  --images FIELD             addresses of images
  --limit N                  only the first rows: try it with 3
  --input-format NAME        text, jsonl, csv, tsv (else by FILE's ending)
`;

/** @type {Record<string, string>} */
const pages = {
  run: `run FILE [flags]: asks with each row, and writes an answer for each
${rows}  --strategy NAME            several calls a row: voting, best-of, evaluate,
                             perspectives, guarded; map-reduce: one summary of
                             all rows, or of the .txt and .md files of a folder
  --with N|A,B|JSON          how many voters or candidates; criteria, guards, …
Answers
  -o, --output FILE          .jsonl, .csv or .txt; the same command again asks
                             what is not answered yet, and with --fresh all
  --format jsonl|csv|text    --order completion|input
  --fields A,B               only these: id, result, error; what --schema names;
                             fields of the row; tokens, cost, attempts, …
  --keep                     all fields of the row, too
  --errors FILE              where failed rows go
${kept}${model}${limits}`,
  estimate: `estimate FILE [flags]: rows, tokens, cost and time; asks nobody
${rows}
What it takes
  -s, --system TEXT|@FILE    is read with each row
  --max-tokens N             the longest answer (else 256 are assumed)
  --price IN/OUT             what a million tokens cost: --price 0.4/1.6
  --rpm N   --tpm N          requests and tokens a minute, for the time
`,
  prompt: `prompt TEXT [flags]: asks once, and prints the answer as it comes

Without TEXT, the standard input is asked. A command before it asks several:
  /voting TEXT   /bestof N TEXT   /sectioning TOPIC: PART, PART
  /perspectives TEXT: WHO, WHO    /evaluate TEXT: CRITERION, CRITERION
  /guarded TEXT: GUARD, GUARD     /mapreduce a: TEXT | b: TEXT

${kept}${model}${limits}`,
  graph: `graph FILE [flags]: runs tasks, each when those that it needs are done

FILE is YAML or JSON. {{id}} is the result of a task that it needs:
  task: Compare the two laws
  subtasks:
    - { id: eu, content: Sum up the AI act of the EU }
    - { id: us, content: Sum up the law of the USA, model: gpt-5.6-sol }
    - { id: both, content: "Compare {{eu}}, {{us}}", dependencies: [eu, us] }

  -o, --output FILE.json     results, summary and sums; the same command again
                             asks what is not answered yet, with --fresh all
${kept}${model}${limits}`,
  report: `report RUN.json [-o FILE.html]: makes a page of a run

RUN.json is what --trace wrote, or what the demo page exported. The page shows
when each task was tried, who needs whom, errors, tokens, cost and answers. It
needs no network. Without -o it is written beside the run, as RUN.html.
`,
};

/** @param {string} [command] */
export function help(command) {
  return pages[command ?? ''] ?? overview;
}
