import agent = require('parallelization-agent');
import adapters = require('parallelization-agent/adapters');
import storeFile = require('parallelization-agent/store-file');

const store = new storeFile.FileStore('answers.jsonl');
const run: agent.ParallelRun = agent.parallelProcess('t', [{ id: 'a', content: 'x' }], { store });
run.then(({ summary }) => summary?.length);

// @ts-expect-error A subtask needs an id.
agent.parallelProcess('t', [{ content: 'x' }]);

const complete: agent.CompleteFunction = adapters.fromPromptApi({
  onDownloadProgress: (loaded) => loaded * 100,
});
agent.batch(['x'], { complete });
