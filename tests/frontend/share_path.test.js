import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openerLink, sharePath } from '../../frontend_static/js/lib/share_path.js';

for (const [base, path] of [
  ['Z:\\PrintLab', 'Z:\\PrintLab\\ReadyToPrint\\a.stl'],
  ['Z:\\', 'Z:\\ReadyToPrint\\a.stl'],
  ['Z:/PrintLab/', 'Z:/PrintLab\\ReadyToPrint\\a.stl'],
  ['\\\\server\\lab', '\\\\server\\lab\\ReadyToPrint\\a.stl'],
  ['/mnt/printlab/', '/mnt/printlab/ReadyToPrint/a.stl'],
]) {
  test(`a file on ${base}`, () => assert.equal(sharePath(base, 'ReadyToPrint', 'a.stl'), path));
}

test('the link survives every name', () => {
  const link = new URL(openerLink('Z:\\Lab\\Zoë & Co #1 +.stl'));
  assert.equal(link.protocol, 'print3d:');
  assert.equal(link.searchParams.get('path'), 'Z:\\Lab\\Zoë & Co #1 +.stl');
});
