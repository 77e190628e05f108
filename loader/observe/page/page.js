// SPDX-License-Identifier: MIT
// page.js: a snapshot's heaps and address space as maps.
//
// A map is a column of bands: a heap's segments and large blocks, or the reservations of the address space. A band is
// cut into rows like a text into lines; a pixel stands for `scale` bytes. Only the rows that can be seen are drawn, on one
// canvas that stays in place while the column scrolls behind it; blocks that share a pixel mix their colours. So a
// million blocks need a few milliseconds a picture and no element each.
'use strict';

// ------------------------------------------------------------------------------------- the snapshot

const snapshot = JSON.parse(document.getElementById('snapshot').textContent);
const STATES = ['busy', 'free', 'front-end busy', 'front-end free'];

/// Blocks of all heaps as columns, a segment's together (loader/observe/packed_blocks.h).
const blocks = unpackBlocks();

function unpackBlocks() {
  const text = atob(document.getElementById('blocks').textContent.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  let count = 0;
  for (const heap of snapshot.heaps) {
    for (const segment of heap.segments) count += segment.block_count;
    count += heap.large.length;
  }
  const all = {count, data: new Float64Array(count), size: new Float64Array(count), over: new Uint16Array(count), state: new Uint8Array(count),
               shown: new Uint8Array(count).fill(1)};
  let at = 0, next = 0;
  // Numbers above 2^31 leave the range of JavaScript's bit operations: those are multiplied.
  const number = () => {
    let value = 0, factor = 1, byte;
    do {
      byte = bytes[at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    return value;
  };
  for (const heap of snapshot.heaps) {
    for (const segment of heap.segments) {
      segment.address = Number(segment.base);
      segment.first = next;
      let expected = segment.address;
      for (const end = at + segment.packed; at < end; ++next) {
        const gap = number(), size = number();
        all.data[next] = expected + (gap % 2 ? -(gap + 1) / 2 : gap / 2);
        all.state[next] = size % 4;
        all.size[next] = Math.floor(size / 4);
        all.over[next] = number();
        expected = all.data[next] + all.size[next] + all.over[next];
      }
      segment.last = next;
    }
    heap.firstLarge = next;
    for (const [data, size, over, state] of heap.large) {
      all.data[next] = Number(data);
      all.size[next] = size;
      all.over[next] = over;
      all.state[next++] = STATES.indexOf(state);
    }
    heap.lastLarge = next;
  }
  return all;
}

const HEADER = 8;
const blockStart = i => blocks.data[i] - HEADER;
const blockEnd = i => blocks.data[i] - HEADER + Math.max(blocks.size[i] + blocks.over[i], 1);
const isBusy = i => (blocks.state[i] & 1) === 0;

// ------------------------------------------------------------------------------------- words

const hex = n => '0x' + n.toString(16).toUpperCase();
const grouped = n => n.toLocaleString('en-US');
function bytesText(n) {
  if (n < 1024) return n + ' B';
  let unit = -1;
  do { n /= 1024; ++unit; } while (n >= 1024 && unit < 3);
  return n.toFixed(1) + ' ' + ['KB', 'MB', 'GB', 'TB'][unit];
}
const element = id => document.getElementById(id);
function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
const fileName = path => path.slice(path.lastIndexOf('\\') + 1);
const regionName = r => [r.file && fileName(r.file), r.section, r.note].filter(Boolean).join(' ');

// ------------------------------------------------------------------------------------- colours

const USES = ['image', 'mapped file', 'shared memory', 'heap', 'large block', 'stack', 'TEB', 'PEB', 'system', 'inaccessible', 'physical window', 'other'];
let colours = {};
function readColours() {
  const style = getComputedStyle(document.documentElement);
  const probe = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = name => {
    probe.fillStyle = style.getPropertyValue(name).trim();
    probe.fillRect(0, 0, 1, 1);
    return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  colours = {page: rgb('--page'), ink: style.getPropertyValue('--ink'), soft: style.getPropertyValue('--soft'), line: style.getPropertyValue('--line'),
             pick: style.getPropertyValue('--pick'), states: ['--busy', '--free', '--front-busy', '--front-free'].map(rgb),
             hole: rgb('--hole'), own: rgb('--own'), large: rgb('--large'), guard: rgb('--guard'), uses: {}};
  for (const use of USES) colours.uses[use] = rgb('--use-' + use.replace(' ', '-'));
}
const mixed = (a, b, share) => a.map((part, i) => part * (1 - share) + b[i] * share);

// ------------------------------------------------------------------------------------- bands

// band: {base, bytes, label, first, last (blocks), paint(row), items}
const state = {view: snapshot.view, heap: 0, scale: 1, picked: null, bands: [], height: 0, hiddenStates: new Set(), hiddenUses: new Set(),
               sizes: null, words: '', table: false};
const ROW = 9, GAP = 2, LABEL = 18;

function heapBands() {
  const bands = [];
  for (const heap of snapshot.heaps) {
    if (state.heap && heap.index !== state.heap) continue;
    heap.segments.forEach((segment, number) => bands.push({
      kind: 'segment', heap, base: segment.address, ...extentOf(segment), first: segment.first, last: segment.last,
      label: `heap ${heap.index}, segment ${number}   ${hex(segment.address)}   ${bytesText(segment.committed)} of ${bytesText(segment.committed + segment.uncommitted)} committed, ${grouped(segment.block_count)} blocks`}));
    for (let i = heap.firstLarge; i < heap.lastLarge; ++i)
      bands.push({kind: 'large', heap, base: blocks.data[i] - blocks.data[i] % 65536, bytes: blocks.size[i] + blocks.data[i] % 65536, first: i, last: i + 1,
                  holes: [], label: `heap ${heap.index}, large block   ${hex(blocks.data[i])}   ${bytesText(blocks.size[i])}`});
  }
  return bands;
}

/// The uncommitted ranges, and how much of the segment is drawn: of a long uncommitted end only a piece.
function extentOf(segment) {
  const end = segment.address + segment.committed + segment.uncommitted;
  const holes = segment.uncommitted_ranges.map(([base, bytes]) => ({base: Number(base), end: Number(base) + bytes}));
  const told = holes.reduce((sum, hole) => sum + hole.end - hole.base, 0);
  if (told < segment.uncommitted) holes.push({base: end - (segment.uncommitted - told), end}); // the heap never commits the last page
  let from = end;
  for (const hole of [...holes].reverse()) if (hole.end === from) from = hole.base;
  return {holes, bytes: Math.min(end, from + Math.max(4096, (from - segment.address) / 4)) - segment.address};
}

const regionShown = r => !state.hiddenUses.has(r.use)
  && (!state.words || `${r.use} ${r.type} ${r.state} ${r.protection_name} ${regionName(r)} ${r.file}`.toLowerCase().includes(state.words));

function memoryBands() {
  const bands = [];
  for (const region of snapshot.regions) {
    region.from = Number(region.base);
    region.to = region.from + region.bytes;
    if (region.state === 'free') {
      if (region.bytes >= 1 << 20) bands.push({kind: 'gap', base: region.from, bytes: 0, label: `free   ${bytesText(region.bytes)}`, regions: []});
      continue;
    }
    let band = bands[bands.length - 1];
    if (!band || band.kind !== 'allocation' || band.allocation !== region.allocation_base) {
      band = {kind: 'allocation', allocation: region.allocation_base, base: region.from, bytes: 0, regions: []};
      bands.push(band);
    }
    band.regions.push(region);
    band.bytes = region.to - band.base;
  }
  for (const band of bands.filter(each => each.kind === 'allocation')) {
    const first = band.regions[0];
    const name = (first.file ? fileName(first.file) : first.note.replace(/, guard$/, '')) || '';
    band.label = `${first.use}   ${name}   ${hex(band.base)}   ${bytesText(band.bytes)}`;
  }
  return bands.filter((band, i) => band.kind === 'gap' ? bands[i + 1] : band.regions.some(regionShown));
}

/// Gives each band its place in the column. A band that would take more than its share of rows is drawn coarser.
function layOut() {
  const width = map.width / ratio;
  const mostRows = Math.max(24, Math.floor(6e6 / ROW / Math.max(1, state.bands.length)));
  const share = state.view === 'memory' ? Math.min(mostRows, state.zoomed ? mostRows : 6) : mostRows;
  let y = 6;
  for (const band of state.bands) {
    band.y = y;
    band.scale = Math.max(state.scale, band.bytes / width / share);
    band.rows = Math.ceil(band.bytes / (band.scale * width));
    band.height = LABEL + band.rows * ROW + 4;
    y += band.height;
  }
  state.height = y;
  element('spacer').style.height = Math.max(0, y - scroller.clientHeight) + 'px';
}

/// The scale at which everything is seen at once, as far as that is possible.
function fitScale() {
  const width = map.width / ratio;
  const total = state.bands.reduce((sum, band) => sum + band.bytes, 0);
  if (state.view === 'memory') return 256;
  const room = Math.max(10, (scroller.clientHeight - state.bands.length * (LABEL + 4)) / ROW);
  return Math.max(0.25, total / (width * room));
}

// ------------------------------------------------------------------------------------- drawing

const map = element('map'), scroller = element('scroller'), context = map.getContext('2d');
let ratio = 1, scheduled = false;

function schedule() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => { scheduled = false; draw(); });
}

/// The first of [first, last) whose end lies above `address`.
function firstBlockAbove(first, last, address) {
  while (first < last) {
    const middle = (first + last) >> 1;
    if (blockEnd(middle) > address) last = middle; else first = middle + 1;
  }
  return first;
}

/// A row of pixels, each the mean of what lies in it.
class Row {
  constructor(pixels) {
    this.pixels = pixels;
    this.sum = new Float32Array(pixels * 4);
  }
  begin(from, scale) {
    this.from = from;
    this.scale = scale;
    this.sum.fill(0);
  }
  add(start, end, colour) {
    let a = (start - this.from) / this.scale, b = (end - this.from) / this.scale;
    if (a < 0) a = 0;
    if (b > this.pixels) b = this.pixels;
    if (b <= a) return;
    const sum = this.sum;
    const r = colour[0], g = colour[1], bl = colour[2];
    for (let x = a | 0; x < b; ++x) {
      const share = Math.min(b, x + 1) - Math.max(a, x);
      const at = x * 4;
      sum[at] += r * share;
      sum[at + 1] += g * share;
      sum[at + 2] += bl * share;
      sum[at + 3] += share;
    }
  }
  write(image, y, height, background) {
    const data = image.data, width = image.width;
    for (let x = 0; x < this.pixels && x < width; ++x) {
      const at = x * 4, covered = Math.min(1, this.sum[at + 3]);
      if (covered === 0) continue;
      const scale = covered / this.sum[at + 3];
      for (let line = 0; line < height; ++line) {
        const to = ((y + line) * width + x) * 4;
        for (let part = 0; part < 3; ++part) data[to + part] = this.sum[at + part] * scale + background[part] * (1 - covered);
        data[to + 3] = 255;
      }
    }
  }
}

let shades = null;
function makeShades() {
  const dim = colour => mixed(colour, colours.page, 0.82);
  const state4 = colours.states.map(colour => ({full: colour, head: mixed(colour, [0, 0, 0], 0.35), rest: mixed(colour, colours.page, 0.45), edge: mixed(colour, colours.page, 0.6)}));
  const large = {full: colours.large, head: mixed(colours.large, [0, 0, 0], 0.35), rest: mixed(colours.large, colours.page, 0.45), edge: mixed(colours.large, colours.page, 0.6)};
  const dimmed = shade => Object.fromEntries(Object.entries(shade).map(([name, colour]) => [name, dim(colour)]));
  shades = {states: state4, large, dimStates: state4.map(dimmed), dimLarge: dimmed(large)};
}

function paintHeapRow(row, band, from, to) {
  row.add(Math.max(from, band.base), Math.min(to, band.base + band.bytes), colours.own);
  for (const hole of band.holes) if (hole.base < to && hole.end > from) {
    row.sum.fill(0, Math.max(0, Math.floor((hole.base - from) / band.scale)) * 4, Math.max(0, Math.ceil((Math.min(hole.end, to) - from) / band.scale)) * 4);
    row.add(Math.max(hole.base, from), Math.min(hole.end, to), colours.hole);
  }
  const first = firstBlockAbove(band.first, band.last, from);
  // What lies under blocks is theirs, not the heap's own.
  if (first < band.last) {
    const start = Math.max(0, (blockStart(first) - from) / band.scale);
    let lastEnd = Math.min(to, blockEnd(Math.min(band.last, firstBlockAbove(first, band.last, to) + 1) - 1));
    row.sum.fill(0, Math.ceil(start) * 4, Math.max(Math.ceil(start), Math.floor((lastEnd - from) / band.scale)) * 4);
    for (const hole of band.holes) if (hole.base < lastEnd && hole.end > from) row.add(Math.max(hole.base, from), Math.min(hole.end, lastEnd), colours.hole);
  }
  const fine = band.scale <= 3, edged = band.scale <= 12;
  for (let i = first; i < band.last; ++i) {
    const start = blockStart(i);
    if (start >= to) break;
    const end = blockEnd(i);
    const shown = blocks.shown[i];
    const shade = band.kind === 'large' ? (shown ? shades.large : shades.dimLarge) : (shown ? shades.states : shades.dimStates)[blocks.state[i]];
    if (!edged) { row.add(start, end, shade.full); continue; }
    const edge = Math.min(band.scale, (end - start) / 4);
    if (fine && isBusy(i)) {
      const data = blocks.data[i], used = Math.min(end - edge, data + blocks.size[i]);
      row.add(start, Math.min(data, used), shade.head);
      row.add(data, used, shade.full);
      row.add(Math.max(used, data), end - edge, shade.rest);
    } else {
      row.add(start, end - edge, shade.full);
    }
    row.add(end - edge, end, shade.edge);
  }
}

function paintMemoryRow(row, band, from, to) {
  for (const region of band.regions) {
    if (region.to <= from || region.from >= to) continue;
    let colour = region.protection_name.includes('GUARD') ? colours.guard : colours.uses[region.use] || colours.own;
    if (region.state === 'reserved') colour = mixed(colour, colours.page, 0.72);
    else if (region.copied) colour = mixed(colour, [0, 0, 0], 0.3);
    if (!regionShown(region)) colour = mixed(colour, colours.page, 0.88);
    row.add(Math.max(region.from, from), Math.min(region.to, to), colour);
  }
}

function draw() {
  const began = performance.now();
  const width = Math.floor(scroller.clientWidth), height = Math.floor(scroller.clientHeight);
  const image = context.createImageData(map.width, map.height);
  const row = new Row(map.width);
  const top = scroller.scrollTop;
  for (const band of state.bands) {
    if (band.y + band.height < top) continue;
    if (band.y > top + height) break;
    const firstRow = Math.max(0, Math.floor((top - band.y - LABEL) / ROW));
    for (let number = firstRow; number < band.rows; ++number) {
      const y = band.y + LABEL + number * ROW - top;
      if (y > height) break;
      const from = band.base + number * width * band.scale;
      row.begin(from, band.scale / ratio);
      if (state.view === 'heaps') paintHeapRow(row, band, from, from + width * band.scale);
      else paintMemoryRow(row, band, from, from + width * band.scale);
      const first = Math.max(0, Math.round(y * ratio)), last = Math.min(map.height, Math.round((y + ROW - GAP) * ratio));
      if (last > first) row.write(image, first, last - first, colours.page);
    }
  }
  context.putImageData(image, 0, 0);
  drawLabels(top, width, height);
  drawPicked(top, width);
  document.documentElement.dataset.drawn = Math.round(performance.now() - began);
}

function drawLabels(top, width, height) {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  for (const band of state.bands) {
    if (band.y + band.height < top || band.y > top + height) continue;
    context.fillStyle = band.kind === 'gap' ? colours.soft : colours.ink;
    context.fillText(band.label, 6, band.y - top + LABEL / 2, width - 12);
    if (band.kind === 'gap') {
      context.strokeStyle = colours.line;
      context.beginPath();
      context.moveTo(6, band.y - top + LABEL);
      context.lineTo(width - 6, band.y - top + LABEL);
      context.stroke();
    }
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
}

function drawPicked(top, width) {
  const picked = state.picked;
  if (!picked) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.strokeStyle = colours.pick;
  context.lineWidth = 2;
  for (const band of state.bands) {
    if (picked.end <= band.base || picked.start >= band.base + band.bytes) continue;
    const perRow = width * band.scale;
    const firstRow = Math.floor(Math.max(0, picked.start - band.base) / perRow);
    const lastRow = Math.floor((Math.min(picked.end, band.base + band.bytes) - band.base - 1) / perRow);
    for (let number = firstRow; number <= Math.min(lastRow, firstRow + 400); ++number) {
      const from = band.base + number * perRow;
      const a = Math.max(0, (picked.start - from) / band.scale), b = Math.min(width, (picked.end - from) / band.scale);
      context.strokeRect(a - 1, band.y + LABEL + number * ROW - top - 1, Math.max(3, b - a + 2), ROW - GAP + 2);
    }
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
}

// ------------------------------------------------------------------------------------- what lies where

function addressAt(x, y) {
  y += scroller.scrollTop;
  const band = state.bands.find(each => y >= each.y && y < each.y + each.height);
  if (!band || band.kind === 'gap') return null;
  const number = Math.floor((y - band.y - LABEL) / ROW);
  if (number < 0 || number >= band.rows) return {band};
  const address = band.base + (number * scroller.clientWidth + x) * band.scale;
  return address < band.base + band.bytes ? {band, address: Math.floor(address)} : {band};
}

function blockAt(band, address) {
  const i = firstBlockAbove(band.first, band.last, address);
  return i < band.last && blockStart(i) <= address ? i : -1;
}

function blockText(i) {
  const busy = isBusy(i);
  return `${STATES[blocks.state[i]]} block at ${hex(blocks.data[i])}\n${grouped(blocks.size[i])} bytes ${busy ? 'asked for' : 'to be had'} (${hex(blocks.size[i])}), ${blocks.over[i]} more for the header and rounding`;
}
function regionText(r) {
  return `${r.use} ${regionName(r)}\n${hex(r.from)} to ${hex(r.to)}: ${bytesText(r.bytes)} ${r.state}, ${r.type}\n${r.protection_name}${r.copied ? '\nthe process\'s own copy' : ''}${r.write_watched ? '\nwrite watch' : ''}`;
}

function heapText(band, address) {
  const i = blockAt(band, address);
  if (i >= 0) {
    const end = address + band.scale;
    const more = band.scale > 16 ? firstBlockAbove(i, band.last, end) - i : 0;
    return blockText(i) + (more > 1 ? `\n(about ${grouped(more)} blocks lie under this pixel: zoom in)` : '');
  }
  if (band.holes.some(hole => address >= hole.base && address < hole.end)) return `uncommitted at ${hex(address)}: reserved for the heap, no memory yet`;
  return `the heap's own structures at ${hex(address)}`;
}

function textAt(place) {
  if (!place || place.address === undefined) return '';
  if (state.view === 'heaps') return heapText(place.band, place.address);
  const region = place.band.regions.find(r => place.address >= r.from && place.address < r.to);
  return region ? regionText(region) : '';
}

function pick(place) {
  state.picked = null;
  if (place && place.address !== undefined) {
    if (state.view === 'heaps') {
      const i = blockAt(place.band, place.address);
      if (i >= 0) state.picked = {start: blockStart(i), end: blockEnd(i)};
    } else {
      const region = place.band.regions.find(r => place.address >= r.from && place.address < r.to);
      if (region) state.picked = {start: region.from, end: region.to};
    }
  }
  schedule();
}

/// Scrolls to an address, picks what lies there; false if nothing does.
function goTo(address) {
  let band = state.bands.find(each => address >= each.base && address < each.base + each.bytes);
  if (!band && state.view === 'heaps' && state.heap) {
    state.heap = 0;
    rebuild();
    band = state.bands.find(each => address >= each.base && address < each.base + each.bytes);
  }
  if (!band) return false;
  if (state.view === 'heaps' && state.scale > 4) setScale(2);
  const number = Math.floor((address - band.base) / (band.scale * scroller.clientWidth));
  scroller.scrollTop = Math.max(0, band.y + LABEL + number * ROW - scroller.clientHeight / 3);
  pick({band, address});
  const text = textAt({band, address});
  if (text) showTip(text, scroller.getBoundingClientRect().left + 40, scroller.getBoundingClientRect().top + 40);
  return true;
}

// ------------------------------------------------------------------------------------- zoom, filter, search

function setScale(scale, keepAddress, keepY) {
  const place = keepAddress;
  state.scale = Math.min(1 << 20, Math.max(0.25, scale));
  layOut();
  if (place && place.address !== undefined) {
    const number = Math.floor((place.address - place.band.base) / (place.band.scale * scroller.clientWidth));
    scroller.scrollTop = place.band.y + LABEL + number * ROW - keepY;
  }
  element('scale').textContent = state.scale >= 1 ? `${bytesText(Math.round(state.scale))} a pixel` : `${Math.round(1 / state.scale)} pixels a byte`;
  schedule();
}
function zoomBy(factor, x, y) {
  state.zoomed = true;
  setScale(state.scale * factor, addressAt(x, y), y);
}

function applyFilter() {
  const sizes = state.sizes;
  for (let i = 0; i < blocks.count; ++i) {
    const size = blocks.size[i];
    blocks.shown[i] = !state.hiddenStates.has(blocks.state[i]) && (!sizes || (size >= sizes[0] && size <= sizes[1])) ? 1 : 0;
  }
}

function sizesFrom(text) {
  const number = digits => Number(digits);
  let match;
  if ((match = /^(?:size)?\s*(>=|<=|>|<|=)\s*(0x[0-9a-f]+|\d+)$/i.exec(text))) {
    const n = number(match[2]);
    return {'>': [n + 1, Infinity], '>=': [n, Infinity], '<': [0, n - 1], '<=': [0, n], '=': [n, n]}[match[1]];
  }
  if ((match = /^(0x[0-9a-f]+|\d+)\.\.(0x[0-9a-f]+|\d+)$/i.exec(text))) return [number(match[1]), number(match[2])];
  return null;
}

function search(text) {
  text = text.trim();
  hideTip();
  const address = /^(0x)?[0-9a-f`]{5,16}$/i.test(text) ? parseInt(text.replace(/`|^0x/gi, ''), 16) : NaN;
  state.sizes = sizesFrom(text);
  state.words = Number.isNaN(address) && !state.sizes ? text.toLowerCase() : '';
  applyFilter();
  rebuild();
  if (!Number.isNaN(address) && !goTo(address) && text.length > 6) {
    const region = snapshot.regions.find(r => address >= r.from && address < r.to);
    showTip(region ? `${hex(address)}: ${regionText(region)}` : `nothing lies at ${hex(address)}`, 360, 90);
  }
}

// ------------------------------------------------------------------------------------- the panel

function figuresList(pairs) {
  const list = make('dl');
  for (const [name, value] of pairs) list.append(make('dt', {textContent: name}), make('dd', {textContent: value}));
  return list;
}
function rows(head, lines) {
  const table = make('table');
  table.append(make('tr', {}, ...head.map((text, i) => make('th', {textContent: text, className: i ? 'n' : ''}))));
  for (const line of lines) table.append(make('tr', {}, ...line.map((cell, i) => make('td', {className: i ? 'n' : ''}, cell))));
  return table;
}
function legend(entries, hidden, changed) {
  const box = make('div', {className: 'legend'});
  for (const {key, name, colour, note} of entries) {
    const swatch = make('span', {className: 'swatch'});
    swatch.style.background = `rgb(${colour.map(Math.round).join(',')})`;
    if (key === undefined) { box.append(make('label', {}, swatch, name)); continue; }
    const tick = make('input', {type: 'checkbox', checked: !hidden.has(key)});
    tick.onchange = () => { tick.checked ? hidden.delete(key) : hidden.add(key); changed(); };
    box.append(make('label', {}, tick, swatch, name, make('span', {className: 'n', textContent: note || ''})));
  }
  return box;
}

function heapPanel(panel) {
  panel.append(make('h2', {textContent: 'Heaps'}));
  const table = make('table');
  table.append(make('tr', {}, ...['', 'heap', 'busy', 'committed', 'frag.'].map((text, i) => make('th', {textContent: text, className: i > 1 ? 'n' : ''}))));
  const line = (index, cells) => {
    const tr = make('tr', {className: 'choice' + (state.heap === index ? ' chosen' : '')}, ...cells.map((cell, i) => make('td', {textContent: cell, className: i > 1 ? 'n' : i === 1 ? 'mono' : ''})));
    tr.onclick = () => { state.heap = index; state.picked = null; rebuild(true); };
    return tr;
  };
  const sum = name => snapshot.heaps.reduce((total, heap) => total + heap.figures[name], 0);
  table.append(line(0, ['', 'all', bytesText(sum('busy_bytes')), bytesText(sum('committed')), '']));
  for (const heap of snapshot.heaps)
    table.append(line(heap.index, [heap.index, heap.handle, bytesText(heap.figures.busy_bytes), bytesText(heap.figures.committed), heap.figures.external_fragmentation + '%']));
  panel.append(table);
  for (const heap of snapshot.heaps) if (heap.trouble) panel.append(make('p', {className: 'trouble', textContent: `Heap ${heap.index}: ${heap.trouble}`}));

  panel.append(make('h2', {textContent: 'Colours (untick to dim)'}));
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < blocks.count; ++i) ++counts[blocks.state[i]];
  const entries = STATES.map((name, key) => ({key, name, colour: colours.states[key], note: grouped(counts[key])})).filter((_, key) => key < 2 || counts[key]);
  entries.push({name: 'large block', colour: colours.large}, {name: 'uncommitted', colour: colours.hole}, {name: 'the heap\'s own', colour: colours.own});
  panel.append(legend(entries, state.hiddenStates, () => { applyFilter(); schedule(); }));

  const heap = snapshot.heaps.find(each => each.index === state.heap);
  if (heap) oneHeap(panel, heap);
  else if (snapshot.heaps.length) panel.append(make('p', {textContent: 'Choose a heap to see its figures.'}));
}

function oneHeap(panel, heap) {
  const f = heap.figures;
  panel.append(make('h2', {textContent: `Heap ${heap.index}`}), figuresList([
    ['flags', heap.flag_names], ['front end', heap.front_end === 2 ? 'low fragmentation' : 'none'],
    ['lock', heap.lock.outcome === 'none' ? 'none' : heap.lock.owner ? `thread ${heap.lock.owner}` : 'free'],
    ['reserved', bytesText(f.reserved)], ['committed', bytesText(f.committed)], ['busy blocks', grouped(f.busy_blocks)], ['asked for', bytesText(f.busy_bytes)],
    ['headers, rounding', bytesText(f.busy_overhead)], ['free blocks', grouped(f.free_blocks)], ['free', bytesText(f.free_bytes)],
    ['largest free block', bytesText(f.largest_free)], ['external fragmentation', f.external_fragmentation + '%'],
    ['large blocks', grouped(f.large_blocks)]]));
  const bar = (part, whole) => { const made = make('div', {className: 'bar'}); made.style.width = Math.max(1, 60 * part / whole) + 'px'; return made; };
  if (heap.top_sizes.length) {
    const most = heap.top_sizes[0].size * heap.top_sizes[0].blocks || 1;
    panel.append(make('h2', {textContent: 'Most memory is in blocks of'}), rows(['size', 'blocks', 'bytes', ''],
      heap.top_sizes.slice(0, 12).map(each => [grouped(each.size), grouped(each.blocks), bytesText(each.size * each.blocks), bar(each.size * each.blocks, most)])));
  }
  if (heap.front_end_buckets.length)
    panel.append(make('h2', {textContent: 'Front-end buckets'}), rows(['block', 'busy', 'kept'], heap.front_end_buckets.map(each => [grouped(each.block_bytes), grouped(each.busy), grouped(each.free)])));
  if (heap.free_classes.length)
    panel.append(make('h2', {textContent: 'Free blocks'}), rows(['from bytes', 'blocks', 'bytes'], heap.free_classes.map(each => [grouped(each.from), grouped(each.blocks), bytesText(each.bytes)])));
}

function memoryPanel(panel) {
  const totals = snapshot.totals;
  panel.append(make('h2', {textContent: 'Uses (untick to hide)'}));
  const entries = USES.filter(use => totals.by_use[use]).map(use => ({key: use, name: use, colour: colours.uses[use], note: bytesText(totals.by_use[use].bytes)}));
  entries.push({name: 'reserved only: the same, pale', colour: mixed(colours.uses.heap, colours.page, 0.72)}, {name: 'guard page', colour: colours.guard});
  panel.append(legend(entries, state.hiddenUses, () => rebuild()));
  panel.append(make('h2', {textContent: 'Types'}), rows(['type', 'size', 'committed'],
    ['private', 'mapped', 'image'].map(type => [type, bytesText(totals.by_type[type].bytes), bytesText(totals.by_type[type].committed)])));
  panel.append(make('h2', {textContent: 'Sums'}), figuresList([
    ['committed', bytesText(totals.committed)], ['reserved only', bytesText(totals.reserved_only)],
    ['largest free range', bytesText(totals.largest_free[1])], ['at', totals.largest_free[0]],
    ['commit charge', bytesText(snapshot.commit.used)], ['at most so far', bytesText(snapshot.commit.peak)], ['limit', bytesText(snapshot.commit.limit)]]));
}

// ------------------------------------------------------------------------------------- the table

const MOST_ROWS = 5000;
function fillTable() {
  const box = element('table');
  box.replaceChildren();
  const table = make('table');
  const head = (...names) => table.append(make('tr', {}, ...names.map(name => make('th', {textContent: name}))));
  let left = MOST_ROWS;
  const add = (...cells) => table.append(make('tr', {}, ...cells.map((cell, i) => make('td', {textContent: cell, className: i < 2 ? 'mono' : ''}))));
  if (state.view === 'memory') {
    head('base', 'end', 'size', 'type', 'state', 'protection', 'use', 'name');
    for (const r of snapshot.regions) if (r.state !== 'free' && regionShown(r) && left-- > 0) add(hex(r.from), hex(r.to), bytesText(r.bytes), r.type, r.state, r.protection_name, r.use, regionName(r));
  } else {
    head('address', 'size', 'overhead', 'state', 'heap');
    for (const band of state.bands)
      for (let i = band.first; i < band.last && left > 0; ++i) if (blocks.shown[i]) { --left; add(hex(blocks.data[i]), grouped(blocks.size[i]), blocks.over[i], STATES[blocks.state[i]], band.heap.index); }
  }
  box.append(table);
  if (left <= 0) box.append(make('p', {textContent: `Only the first ${grouped(MOST_ROWS)} are shown: filter for fewer.`}));
}

// ------------------------------------------------------------------------------------- putting it together

function rebuild(fit) {
  element('view-heaps').setAttribute('aria-pressed', state.view === 'heaps');
  element('view-memory').setAttribute('aria-pressed', state.view === 'memory');
  const panel = element('panel');
  const scrolled = panel.scrollTop;
  panel.replaceChildren();
  if (snapshot.trouble) panel.append(make('p', {className: 'trouble', textContent: snapshot.trouble}));
  state.bands = state.view === 'heaps' ? heapBands() : memoryBands();
  (state.view === 'heaps' ? heapPanel : memoryPanel)(panel);
  panel.scrollTop = scrolled;
  element('table').hidden = !state.table;
  scroller.hidden = state.table;
  if (state.table) return fillTable();
  if (fit) state.zoomed = false;
  setScale(fit ? fitScale() : state.scale);
}

function show(view) {
  state.view = view;
  state.picked = null;
  hideTip();
  rebuild(true);
  scroller.scrollTop = 0;
}

function resize() {
  ratio = window.devicePixelRatio || 1;
  map.width = Math.max(1, Math.floor(scroller.clientWidth * ratio));
  map.height = Math.max(1, Math.floor(scroller.clientHeight * ratio));
  map.style.width = scroller.clientWidth + 'px';
  map.style.height = scroller.clientHeight + 'px';
  rebuild(!state.zoomed);
}

function showTip(text, x, y) {
  const tip = element('tip');
  tip.textContent = text;
  tip.hidden = false;
  tip.style.left = Math.min(x, innerWidth - tip.offsetWidth - 8) + 'px';
  tip.style.top = Math.min(y, innerHeight - tip.offsetHeight - 8) + 'px';
}
function hideTip() { element('tip').hidden = true; }

function mouse(event) {
  const box = map.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}
function listen() {
  element('view-heaps').onclick = () => show('heaps');
  element('view-memory').onclick = () => show('memory');
  element('as-table').onchange = event => { state.table = event.target.checked; rebuild(); if (!state.table) resize(); };
  element('search').oninput = event => search(event.target.value);
  const middle = () => [scroller.clientWidth / 2, scroller.clientHeight / 2];
  element('zoom-in').onclick = () => zoomBy(0.5, ...middle());
  element('zoom-out').onclick = () => zoomBy(2, ...middle());
  element('zoom-fit').onclick = () => rebuild(true);
  scroller.onscroll = schedule;
  map.onmousemove = event => {
    const text = textAt(addressAt(...mouse(event)));
    if (text) showTip(text, event.clientX + 16, event.clientY + 16); else hideTip();
  };
  map.onmouseleave = hideTip;
  map.onclick = event => pick(addressAt(...mouse(event)));
  map.ondblclick = event => zoomBy(event.shiftKey ? 4 : 0.25, ...mouse(event));
  scroller.addEventListener('wheel', event => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomBy(event.deltaY > 0 ? 1.5 : 1 / 1.5, ...mouse(event));
  }, {passive: false});
  document.onkeydown = event => {
    if (event.target.tagName === 'INPUT') return;
    if (event.key === '+') zoomBy(0.5, ...middle());
    if (event.key === '-') zoomBy(2, ...middle());
    if (event.key === '0') rebuild(true);
  };
  window.onresize = resize;
  matchMedia('(prefers-color-scheme: dark)').onchange = () => { readColours(); makeShades(); rebuild(); };
}

/// #view=memory&heap=2&find=0x350000&filter=size>100&table: a link to what one sees.
function openFromLink() {
  const link = new URLSearchParams(location.hash.slice(1));
  if (link.get('view')) state.view = link.get('view') === 'memory' ? 'memory' : 'heaps';
  state.heap = Number(link.get('heap')) || 0;
  state.table = link.has('table');
  element('as-table').checked = state.table;
  resize();
  if (link.get('scale')) { state.zoomed = true; setScale(Number(link.get('scale'))); }
  const wanted = link.get('find') || link.get('filter');
  if (wanted) { element('search').value = wanted; search(wanted); }
}

/// What the blocks add up to, for the page's test to compare with the figures that oriel counted.
function addUp() {
  const sums = {blocks: blocks.count, busy_blocks: 0, busy_bytes: 0};
  for (let i = 0; i < blocks.count; ++i) if (isBusy(i)) { ++sums.busy_blocks; sums.busy_bytes += blocks.size[i]; }
  document.documentElement.dataset.sums = JSON.stringify(sums);
}

element('title').textContent = snapshot.program;
element('subtitle').textContent = `process ${snapshot.process}, ${snapshot.moment}`;
readColours();
makeShades();
addUp();
listen();
openFromLink();
