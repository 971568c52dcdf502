import assert from 'node:assert/strict';
import test from 'node:test';
import { greeting } from './greeting.js';

test('greets by name and by the time of day', () => {
  assert.equal(greeting('/', 9), 'Good morning, world!');
  assert.equal(greeting('/Ada%20Lovelace', 20), 'Good evening, Ada Lovelace!');
});
