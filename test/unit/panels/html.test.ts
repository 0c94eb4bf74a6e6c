import assert from 'node:assert/strict';
import { pageHtml } from '../../../src/panels/html.ts';
import type { ToPage } from '../../../src/panels/protocol.ts';

const hostile = '</script><script>alert(1)</script><!-- <script \u2028';
const page = (title: string, first?: Extract<ToPage, { type: 'show' }>): string =>
  pageHtml({
    title,
    script: 'void 0;',
    style: 'p{}',
    later: { script: 'https://files/later.js', style: 'https://files/later.css' },
    source: 'https://files',
    language: 'en',
    first,
  });

describe('the text of a page', () => {
  const first = (name: string): Extract<ToPage, { type: 'show' }> => ({
    type: 'show',
    sequence: 1,
    about: { source: 'a', namespace: 'shop', name, kept: false },
    page: {
      header: {
        cluster: hostile,
        namespace: 'shop',
        name,
        kind: 'Pod',
        status: '',
        tone: 'plain',
        facts: [],
        actions: [],
      },
      state: { kind: 'loading' },
      sections: [],
      logs: { containers: [] },
    },
  });

  it('carries what the page shows first, which nothing in it can turn into markup', () => {
    const html = page(hostile, first(hostile));
    const [, data = ''] = /<script type="application\/json" id="first">([^<]*)<\/script>/.exec(html) ?? [];
    assert.deepEqual(JSON.parse(data), first(hostile));
    assert.equal(html.match(/<script/g)?.length, 3);
    assert.doesNotMatch(html, /<!--/);
  });

  it('lets run only what has its nonce, which is another each time', () => {
    const nonceOf = (html: string): string => /script-src 'nonce-([^']+)' https:\/\/files;/.exec(html)?.[1] ?? '';
    const html = page('web-0');
    assert.match(nonceOf(html), /^[A-Za-z0-9+/]{22}==$/);
    assert.ok(html.includes(`<script nonce="${nonceOf(html)}"`));
    assert.notEqual(nonceOf(page('web-0')), nonceOf(html));
    assert.match(html, /default-src 'none'/);
    assert.doesNotMatch(html, /unsafe-/);
  });
});
