import assert from 'node:assert/strict';
import { pageHtml } from '../../../../client/layers/html.ts';

const html = pageHtml({
  script: 'https://file.example/page.js?a=1&b="<',
  style: 'https://file.example/page.css',
  source: 'https://*.example',
  nonce: 'abc',
  language: 'en',
});

describe('the page of a layers panel', () => {
  it('lets only its own script run, and loads nothing but its own style sheet', () => {
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    assert.equal(policy, "default-src 'none'; style-src https://*.example; script-src 'nonce-abc'");
    assert.deepEqual(html.match(/<script[^>]*nonce="[^"]*"/g), ['<script nonce="abc"']);
    assert.equal(html.match(/<script/g)?.length, 1);
  });

  it('has no handler and no style in its elements', () => {
    assert.doesNotMatch(html, /\son\w+=|style=/);
  });

  it('lets no address leave its attribute', () => {
    assert.ok(html.includes('page.js?a=1&amp;b=&quot;&lt;'));
  });
});
