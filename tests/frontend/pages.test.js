/** The pages as files: the customer's texts, and what the Content-Security-Policy demands. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../../frontend_static');
const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const PAGES = readdirSync(ROOT).filter((name) => name.endsWith('.html'));
const SCRIPTS = readdirSync(join(ROOT, 'js'), { recursive: true })
  .filter((name) => name.endsWith('.js'))
  .map((name) => join('js', name));

/** @param {TemplateStringsArray} text */
const oneLine = ([text]) => text.trim().replace(/\s+/g, ' ');

/** What a reader sees: no tags, single blanks. */
const textOf = (html) => html.replace(/<[^>]+>/g, '').replaceAll('&amp;', '&').replace(/\s+/g, ' ');

const WARNING = oneLine`
  Before submitting your model for 3D printing, please ensure you have thoroughly reviewed our Additive
  Manufacturing Moodle page, read all the guides, and checked the checklist. If necessary, revisit and fix
  your model before submission. Your model must be scaled and simplified appropriately, often requiring a
  second version specifically optimized for 3D printing. We will not print models that are broken, messy,
  or too large. Your model must follow the rules and constraints of the machine. We will not fix or scale
  your model as we do not know your specific needs or project requirements. We print exactly what you send
  us; if the scale is wrong or you are unsatisfied with the product, it is your responsibility. We will
  gladly print another model for you at an additional cost. We are only responsible for print failures due
  to issues under our control.`;
const GUIDANCE = oneLine`
  Will your model fit on our printers? Please check the dimensions (W x D x H): Filament - Prusa MK4S:
  9.84" × 8.3" × 8.6" (250 × 210 × 220 mm), Prusa XL: 14.17" × 14.17" × 14.17" (360 × 360 × 360 mm),
  Raise3D Pro 2 Plus: 12" × 12" × 23.8" (305 × 305 × 605 mm). Resin - Formlabs Form 3: 5.7 × 5.7 × 7.3
  inches (145 x 145 x 175 mm). Ensure your model's dimensions are within the specified limits for the
  printer you plan to use. If your model is too large, consider scaling it down or splitting it into
  parts. For more guidance, refer to the design guides on our Moodle page or ask for assistance in person.
  If exporting as .STL or .OBJ you MUST scale it down in millimeters BEFORE exporting. If you do not the
  scale will not work correctly.`;
const FILAMENT = oneLine`
  Description: Good resolution, suitable for simpler models. Fast. Best For: Medium items. Cost: Least
  expensive.`;
const RESIN = 'Description: Super high resolution and detail. Slow. Best For: Small items. Cost: More expensive.';
const CONSENT = oneLine`
  I understand there is a minimum $3.00 charge for all print jobs, and that the final cost may be higher
  based on material and time.`;
const NEXT_STEPS = oneLine`
  Your submission is now with staff for review. You will receive an email if it's rejected or approved, asking for
  your final confirmation before printing.`;

test('the form holds the mandatory texts word for word', () => {
  const form = textOf(read('index.html'));
  for (const text of [WARNING, GUIDANCE, FILAMENT, RESIN, CONSENT]) assert.ok(form.includes(text), text.slice(0, 60));
});

test('the success page tells the next steps word for word', () => {
  assert.ok(textOf(read('js/pages/submitted.js')).includes(NEXT_STEPS));
});

for (const page of PAGES) {
  test(`${page} has no inline script or style and names only files that exist`, () => {
    const html = read(page);
    assert.doesNotMatch(html, /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:/i);
    for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]*\.[a-z]+)"/g)) assert.ok(existsSync(join(ROOT, path)), path);
    assert.match(html, /<html lang="en">/);
    assert.match(html, /<meta name="viewport"/);
  });
}

test('every field of the form has a label and a place for its message', () => {
  const html = read('index.html');
  for (const [, name] of html.matchAll(/<(?:input|select)[^>]*\sname="([^"]+)"/g)) {
    assert.match(html, new RegExp(`<label for="${name}"`), name);
    assert.match(html, new RegExp(`id="${name}-error"`), name);
  }
});

for (const script of SCRIPTS) {
  test(`${script} imports relative files that exist, and draws nothing that the policy refuses`, () => {
    const code = read(script);
    for (const [, path] of code.matchAll(/(?:^import [^;]*?|^export [^;]*? from |^import )'([^']+)';$/gm)) {
      assert.match(path, /^\.\.?\//, path);
      assert.ok(existsSync(join(ROOT, dirname(script), path)), path);
    }
    assert.doesNotMatch(code, /\sstyle="|style=\$\{|unsafeHTML|unsafeSVG|innerHTML|insertAdjacentHTML/);
    assert.doesNotMatch(code, /document\.write|\beval\(|new Function\(/);
    if (script !== 'js/lib/api.js') assert.doesNotMatch(code, /\bfetch\(/, 'lib/api.js is the only place that fetches');
  });
}
