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
  -m, --model NAME  --env-file FILE   else OPENAI_MODEL's; where the key stands
  --provider NAME            openai, openai-responses, anthropic, gemini
  --base-url URL  --header 'NAME: VALUE'  another server; what it asks for, too
  -s, --system TEXT|@FILE    instructions for the model
  --schema FILE  --extra JSON         a JSON Schema of answers; further fields
  --max-tokens N  --temperature X  --effort LEVEL  --tier NAME
`;

const limits = `Limits
  -c, --concurrency N|auto  --rpm N  --tpm N  at once; requests, tokens a minute
  --retries N  --timeout S  --deadline S      seconds for a try, for it all
  --price IN/OUT             of a million tokens: 0.4/1.6
  --budget SUM|Ntok          ends before it is overrun: 5 (money), 200000tok
`;

const kept = `  --report FILE.html         a page of the run, to open in a browser
  --trace FILE.json          the run with its prompts and answers, for report
  --quiet  --json-progress   no progress, or events of AG-UI, on stderr
`;

const files = `FILE is .txt (a prompt a line), .jsonl, .csv, .tsv, or - (the standard input)
`;

const rows = `Rows
  -t, --template TEXT|@FILE  'Is it good? {text}': {text} is a field, {{ a brace
  --input FIELD              the prompt (else text, content, prompt or input)
  --id FIELD  --images FIELD          what a row is called; where its images are
  --input-format NAME  --limit N      text, jsonl, csv, tsv; only the first rows
`;

/** @type {Record<string, string>} */
const pages = {
  run: `run FILE [flags]: asks with each row, and writes an answer for each
${files}${rows}  --dry-run                  asks nobody: rows, tokens, cost, time as estimate
  --strategy NAME --with X   voting, best-of, evaluate, perspectives, guarded:
                             several calls a row; map-reduce: a summary of all
Answers
  -o, --output FILE          .jsonl, .csv or .txt; the same command again asks
                             what is not answered yet, and with --fresh all
  --format jsonl|csv|text  --order completion|input
  --fields A,B  --keep       only these; all fields of the row, too
  --errors FILE              where failed rows go
${kept}${model}${limits}`,
  estimate: `estimate FILE [flags]: rows, tokens, cost and time; asks nobody
${files}
${rows}
What it takes
  -s, --system TEXT|@FILE    is read with each row
  --max-tokens N             the longest answer (else 256 are assumed)
  --price IN/OUT             what a million tokens cost: --price 0.4/1.6
  --rpm N  --tpm N           requests and tokens a minute, for the time
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
