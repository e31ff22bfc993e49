import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cropOf } from '../src/scanner/crop';
import { faultOfError, lasting } from '../src/scanner/fault';
import { pathOfLink } from '../src/scanner/link';

const code = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCD';
const us = 'https://us.example';

describe('What the camera sees', () => {
  test.each([
    `https://us.example/s/${code}`, `HTTPS://US.EXAMPLE/S/${code}`, `https://us.example/s/${code.toLowerCase()}`,
    `https://us.example:443/s/${code}`, `https://us.example/s/${code}?x=1#y`,
  ])('is a code of this site: %s', (text) => expect(pathOfLink(text, us)).toBe(`/s/${code}`));

  test('may be a short code in a link', () => {
    expect(pathOfLink('https://us.example/s/wdjb-mjht', us)).toBe('/s/WDJB-MJHT');
  });

  test('keeps to the port and the scheme of this site', () => {
    expect(pathOfLink(`http://127.0.0.1:8080/s/${code}`, 'http://127.0.0.1:8080')).toBe(`/s/${code}`);
    expect(pathOfLink(`http://127.0.0.1:8081/s/${code}`, 'http://127.0.0.1:8080')).toBeNull();
    expect(pathOfLink(`http://us.example/s/${code}`, us)).toBeNull();
  });

  test.each([
    '', code, 'WDJB-MJHT', `/s/${code}`, `//us.example/s/${code}`, `https://evil.example/s/${code}`,
    `https://us.example.evil.example/s/${code}`, `https://us.example@evil.example/s/${code}`, `https://us.example/x/${code}`,
    `https://us.example/s/${code}/approve`, `https://us.example/s/../s/x/${code}`, `https://us.example/x?/s/${code}`,
    'https://us.example/', 'https://us.example/s/', `https://us.example/s/${code}A`, 'https://us.example/s/%57DJB-MJHT',
    `javascript:location='//us.example/s/${code}'`, `data:text/html,https://us.example/s/${code}`, 'WIFI:S:us;;',
  ])('is none of ours: %s', (text) => expect(pathOfLink(text, us)).toBeNull());
});

describe('The part that is read', () => {
  test('is the square in the middle, in 480 pixels', () => {
    expect(cropOf(1280, 720)).toEqual({ x: 280, y: 0, side: 720, pixels: 480 });
    expect(cropOf(720, 1281)).toEqual({ x: 0, y: 280, side: 720, pixels: 480 });
  });

  test('is made no larger than it is, and is nothing before the first picture', () => {
    expect(cropOf(320, 240)).toEqual({ x: 40, y: 0, side: 240, pixels: 240 });
    expect(cropOf(0, 0).side).toBe(0);
  });
});

describe('Without a camera', () => {
  test('the page knows what no permission can change', () => {
    expect(lasting(true, true)).toBeNull();
    expect(lasting(false, false)).toBe('insecure');
    expect(lasting(false, true)).toBe('unsupported');
  });

  test.each([
    ['NotAllowedError', 'refused'], ['SecurityError', 'refused'], ['NotFoundError', 'none'], ['OverconstrainedError', 'none'],
    ['NotReadableError', 'in-use'], ['AbortError', 'in-use'], ['TypeError', 'failed'], ['', 'failed'],
  ])('%s means %s, which the page has words for', (name, fault) => {
    expect(faultOfError(name)).toBe(fault);
    expect(readFileSync('pages/home.html', 'utf8')).toContain(`data-camera="${fault}"`);
  });
});
