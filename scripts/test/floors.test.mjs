// @ts-check
import { deepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { circles, floorOf, floors, ideas, modules } from './floors.mjs';

const uses = modules();

test('each file of the core stands on a floor, and uses nothing that stands above it', () => {
  ok(uses.size > 150, `found only ${uses.size} files`);
  const upwards = [...uses].flatMap(([module, used]) =>
    [...used].filter((other) => floorOf(other) < floorOf(module)).map((other) => `${module} → ${other}`),
  );
  deepEqual(upwards, []);
  deepEqual(
    [...uses.keys()].filter((module) => floorOf(module) < 0),
    [],
    `floors are ${floors.flat().join(', ')}`,
  );
});

test('files use each other in a circle only where they are one idea', () => {
  const known = ideas.map(String);
  deepEqual(
    circles(uses).filter((circle) => !known.includes(String(circle))),
    [],
  );
});
