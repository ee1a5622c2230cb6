// @ts-check
/** The packed package in Node: `import`, `require`, and `import()` from CommonJS. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { complete, startModelServer } from '../node/model-server.mjs';
import { installedProject } from './install.mjs';

const run = `
  parallelProcess('t', [{ id: 'a', content: 'hello' }], { baseURL: process.argv[2], aggregate: false })
    .then(({ results }) => console.log(results[0].result));`;

const programs = {
  'module.mjs': `import { parallelProcess } from 'parallelization-agent';${run}`,
  'common.cjs': `const { parallelProcess } = require('parallelization-agent');${run}`,
  'dynamic.cjs': `import('parallelization-agent').then(({ parallelProcess }) => {${run}});`,
};

test('the packed package runs in Node from all kinds of modules, without a word of set-up', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'hello yourself'));
  const project = installedProject(t);
  for (const [file, code] of Object.entries(programs)) {
    await t.test(file, async () => {
      writeFileSync(join(project, file), code);
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, server.baseURL], {
        cwd: project,
      });
      assert.equal(stdout, 'hello yourself\n');
      assert.equal(stderr, '');
    });
  }
});
