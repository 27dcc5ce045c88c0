#include "api/docs_page.h"

namespace proffer::api {

std::string_view docs_page() {
  // Text from the document only ever becomes textContent, so nothing in it can become markup.
  return R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Proffer API</title>
<style>
:root { color-scheme: light dark; --ink: #1d2530; --soft: #5b6878; --paper: #ffffff; --panel: #f4f6f9; --line: #d9dfe7;
  --accent: #1a5fb4; --get: #1a7f4b; --post: #1a5fb4; --put: #9a5b00; --delete: #b3261e; --code: #eef1f5; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9f0; --soft: #9aa7b6; --paper: #14181e; --panel: #1b2129;
  --line: #303944; --accent: #7ab2ff; --get: #63c995; --post: #7ab2ff; --put: #e6a94d; --delete: #ff8a80; --code: #222a34; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
.page { display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1rem; background: var(--panel);
  border-right: 1px solid var(--line); font-size: .87rem; }
nav h2 { font-size: .75rem; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); margin: 1.1rem 0 .3rem; }
nav a { display: block; padding: .12rem 0; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
nav a:hover, nav a:focus { color: var(--accent); text-decoration: underline; }
main { padding: 1.5rem 2rem 6rem; max-width: 62rem; }
h1 { margin: 0 0 .2rem; font-size: 1.7rem; }
main h2 { margin: 2.5rem 0 .8rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h4 { margin: 1rem 0 .3rem; font-size: .9rem; }
a { color: var(--accent); }
.soft { color: var(--soft); }
details.route, details.schema { border: 1px solid var(--line); border-radius: .5rem; margin: .6rem 0; background: var(--panel); }
summary { cursor: pointer; padding: .55rem .8rem; display: flex; gap: .7rem; align-items: baseline; flex-wrap: wrap; }
summary code { font-weight: 600; overflow-wrap: anywhere; }
.inside { padding: 0 .9rem .9rem; border-top: 1px solid var(--line); }
.method { font: 700 .75rem/1.6 ui-monospace, monospace; min-width: 3.6rem; }
.GET { color: var(--get); } .POST { color: var(--post); } .PUT { color: var(--put); } .DELETE { color: var(--delete); }
table { border-collapse: collapse; width: 100%; font-size: .88rem; }
td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
code, pre, textarea { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; font-size: .85rem; }
pre { background: var(--code); padding: .7rem; border-radius: .4rem; overflow: auto; max-height: 26rem; margin: .4rem 0; }
textarea, input, select { width: 100%; padding: .4rem; border: 1px solid var(--line); border-radius: .35rem;
  background: var(--paper); color: inherit; font: inherit; }
textarea { min-height: 8rem; font-family: ui-monospace, monospace; }
label { display: block; margin: .5rem 0; font-size: .85rem; }
button { padding: .45rem 1.1rem; border: 0; border-radius: .35rem; background: var(--accent); color: var(--paper);
  font: inherit; font-weight: 600; cursor: pointer; margin-top: .4rem; }
.bar { display: flex; gap: .8rem; margin: 1rem 0; } .bar label { flex: 1; margin: 0; }
@media (max-width: 50rem) { .page { display: block; } nav { position: static; height: auto; max-height: 40vh; } main { padding: 1rem; } }
</style>
</head>
<body>
<div class="page">
<nav aria-label="Routes" id="menu"></nav>
<main id="main"><p class="soft">Reading openapi.json …</p><noscript>This page shows openapi.json with a script.</noscript></main>
</div>
<script>
'use strict';
let api;

// An element with attributes and children; text is always text.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const refName = (schema) => schema.$ref.split('/').pop();
const pretty = (value) => JSON.stringify(value, null, 2);

// A schema in a few words: "number from 0 to 1", "array of Part".
function words(schema) {
  if (!schema || Object.keys(schema).length === 0) return ['anything'];
  if (schema.$ref) return [make('a', { href: '#schema-' + refName(schema) }, refName(schema))];
  if (schema.allOf) return schema.allOf.flatMap(words);
  if (schema.anyOf) return schema.anyOf.flatMap((choice, i) => (i ? [' or ', ...words(choice)] : words(choice)));
  if (schema.enum) return [schema.enum.map((each) => JSON.stringify(each)).join(' | ')];
  if (schema.type === 'array') return ['array of ', ...words(schema.items)];
  let text = [].concat(schema.type || 'anything').join(' or ');
  if (schema.minimum !== undefined) text += ' ≥ ' + schema.minimum;
  if (schema.exclusiveMinimum !== undefined) text += ' > ' + schema.exclusiveMinimum;
  if (schema.maximum !== undefined) text += ' ≤ ' + schema.maximum;
  if (schema.exclusiveMaximum !== undefined) text += ' < ' + schema.exclusiveMaximum;
  return [text];
}

function table(heads, rows) {
  return make('table', {},
    make('thead', {}, make('tr', {}, ...heads.map((head) => make('th', { scope: 'col' }, head)))),
    make('tbody', {}, ...rows.map((cells) => make('tr', {}, ...cells.map((cell) => make('td', {}, ...[].concat(cell)))))));
}

function fields(schema) {
  if (!schema.properties) return make('p', {}, ...words(schema));
  const required = schema.required || [];
  return table(['Field', 'Type', 'Default', 'Meaning'], Object.entries(schema.properties).map(([name, field]) => [
    make('code', {}, name), words(field),
    field.default === undefined ? (required.includes(name) ? 'required' : '') : make('code', {}, JSON.stringify(field.default)),
    field.description || '']));
}

function show(schema) {
  return schema && (schema.$ref || schema.type !== 'object') ? make('p', {}, ...words(schema)) : fields(schema || {});
}

// Where the request goes, from the path's parts and the query.
function target(path, parameters, inputs) {
  const query = new URLSearchParams();
  for (const parameter of parameters) {
    const value = inputs[parameter.name].value;
    if (parameter.in === 'path') path = path.replace('{' + parameter.name + '}', encodeURIComponent(value));
    if (parameter.in === 'query' && value !== '') query.set(parameter.name, value);
  }
  return path + (query.size ? '?' + query : '');
}

function headersOf(parameters, inputs, type) {
  const headers = type ? { 'Content-Type': type } : {};
  const key = document.getElementById('key').value;
  if (key) headers.Authorization = 'Bearer ' + key;
  for (const parameter of parameters) {
    if (parameter.in === 'header' && inputs[parameter.name].value) headers[parameter.name] = inputs[parameter.name].value;
  }
  return headers;
}

async function send(method, url, headers, body, output) {
  output.textContent = '…';
  const begin = performance.now();
  try {
    const response = await fetch(url, { method, headers, body });
    const text = await response.text();
    let shown = text;
    try { shown = pretty(JSON.parse(text)); } catch { /* shown as it came */ }
    output.textContent = `${response.status} ${response.statusText} · ${(performance.now() - begin).toFixed(1)} ms\n\n${shown}`;
  } catch (error) {
    output.textContent = String(error);
  }
}

function form(method, path, operation) {
  const parameters = operation.parameters || [];
  const inputs = {};
  const content = operation.requestBody ? operation.requestBody.content : {};
  const types = Object.keys(content);
  const rows = parameters.map((parameter) => {
    inputs[parameter.name] = make('input', { name: parameter.name, required: parameter.required });
    return make('label', {}, `${parameter.name} (${parameter.in}) – ${parameter.description || ''}`, inputs[parameter.name]);
  });
  const type = types.length ? make('select', {}, ...types.map((each) => make('option', {}, each))) : null;
  const example = types.length ? content[types[0]].example : undefined;
  const body = types.length ? make('textarea', { spellcheck: 'false' }, example === undefined ? '' : pretty(example)) : null;
  const output = make('pre', { hidden: true, 'aria-live': 'polite' });
  return make('form', { onsubmit: (event) => {
    event.preventDefault();
    output.hidden = false;
    send(method, target(path, parameters, inputs), headersOf(parameters, inputs, type && type.value), body ? body.value : undefined, output);
  } }, make('h4', {}, 'Try it'), ...rows, type && make('label', {}, 'Type of the body', type),
  body && make('label', {}, 'Body', body), make('button', { type: 'submit' }, 'Send'), output);
}

function answers(operation) {
  return table(['Status', 'Meaning', 'Body'], Object.entries(operation.responses).map(([status, answer]) => {
    const [type, media] = Object.entries(answer.content || {})[0] || ['', {}];
    return [make('code', {}, status), answer.description, media.schema ? words(media.schema) : type];
  }));
}

function route(method, path, operation) {
  const inside = make('div', { class: 'inside' });
  const details = make('details', { class: 'route', id: operation.operationId },
    make('summary', {}, make('span', { class: 'method ' + method }, method), make('code', {}, path),
      make('span', { class: 'soft' }, operation.summary || '')), inside);
  details.addEventListener('toggle', () => {
    if (inside.firstChild) return;
    for (const text of (operation.description || '').split('\n\n')) inside.append(make('p', {}, text));
    const body = operation.requestBody && operation.requestBody.content['application/json'];
    if (body) inside.append(make('h4', {}, 'Body'), show(body.schema));
    inside.append(make('h4', {}, 'Answers'), answers(operation), form(method, path, operation));
  });
  return details;
}

function schema(name, schema) {
  return make('details', { class: 'schema', id: 'schema-' + name },
    make('summary', {}, make('code', {}, name)),
    make('div', { class: 'inside' }, fields(schema), make('p', {}, make('a', { href: `schemas/${name}.json` }, 'JSON Schema'))));
}

function open() {
  const element = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (element && element.tagName === 'DETAILS') { element.open = true; element.scrollIntoView(); }
}

function render() {
  const menu = document.getElementById('menu');
  const main = document.getElementById('main');
  main.replaceChildren(make('h1', {}, `${api.info.title} ${api.info.version}`), make('p', {}, api.info.description || ''),
    make('p', { class: 'soft' }, make('a', { href: 'openapi.json' }, 'OpenAPI 3.1'), ' · ', make('a', { href: 'openapi-3.0.json' }, 'OpenAPI 3.0')),
    make('div', { class: 'bar' }, make('label', {}, 'Key, where one is needed', make('input', { id: 'key', type: 'password', placeholder: 'sk_…', autocomplete: 'off' }))));
  const all = Object.entries(api.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })));
  for (const { name } of api.tags) {
    main.append(make('h2', {}, name));
    menu.append(make('h2', {}, name));
    for (const { path, method, operation } of all.filter((each) => each.operation.tags.includes(name))) {
      main.append(route(method, path, operation));
      menu.append(make('a', { href: '#' + operation.operationId }, make('span', { class: 'method ' + method }, method + ' '), path));
    }
  }
  main.append(make('h2', {}, 'Schemas'));
  menu.append(make('h2', {}, 'Schemas'));
  for (const [name, each] of Object.entries(api.components.schemas)) {
    main.append(schema(name, each));
    menu.append(make('a', { href: '#schema-' + name }, name));
  }
  window.addEventListener('hashchange', open);
  open();
}

fetch('openapi.json').then((response) => response.json()).then((document) => { api = document; render(); })
  .catch((error) => { document.getElementById('main').textContent = 'openapi.json could not be read: ' + error; });
</script>
</body>
</html>
)html";
}

}  // namespace proffer::api
