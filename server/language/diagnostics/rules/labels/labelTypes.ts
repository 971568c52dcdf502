/** What values of the types in hadolint's label schema look like. */
import { spdxLicenses } from './spdxLicenses.ts';

/** Source: RFC 3986, section 3; hadolint wants a scheme. */
export function isUrl(text: string): boolean {
  return /^[a-z][a-z\d+.-]*:[^\s<>"{}|\\^`]+$/i.test(text);
}

/** Source: RFC 3339, section 5.6. */
export function isTime(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):(\d\d))$/.exec(text);
  if (!match) return false;
  const [year, month, day, hour, minute, second, offsetHour, offsetMinute] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const days = new Date(Date.UTC(year!, month!, 0)).getUTCDate();
  const isDate = month! >= 1 && month! <= 12 && day! >= 1 && day! <= days;
  return isDate && hour! <= 23 && minute! <= 59 && second! <= 60 && offsetHour! <= 23 && offsetMinute! <= 59;
}

/** A commit, whole or as git shortens it. */
export function isGitHash(text: string): boolean {
  return /^(?:[\da-f]{7}|[\da-f]{40})$/.test(text);
}

/** Source: semver.org, version 2.0.0. */
export function isSemanticVersion(text: string): boolean {
  const match = /^([^-+]*)(?:-([^+]*))?(?:\+(.*))?$/.exec(text);
  if (!match) return false;
  const [, core = '', pre, build] = match;
  const isPart = (part: string) => /^[\dA-Za-z-]+$/.test(part);
  const isNumber = (part: string) => /^(?:0|[1-9]\d*)$/.test(part);
  const numbers = core.split('.');
  return (
    numbers.length === 3 &&
    numbers.every(isNumber) &&
    (pre === undefined || pre.split('.').every((part) => isPart(part) && (!/^\d+$/.test(part) || isNumber(part)))) &&
    (build === undefined || build.split('.').every(isPart))
  );
}

/** Source: RFC 5321, as far as addresses in use go: a local part, and a domain of names or an address in brackets. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  const isLocal =
    /^"[^"\\\r\n]+"$/.test(local) || local.split('.').every((part) => /^[\w!#$%&'*+/=?^`{|}~-]+$/.test(part));
  const isDomain =
    /^\[[\da-fA-F:.]+\]$/.test(domain) || domain.split('.').every((part) => /^[a-z\d](?:[a-z\d-]*)$/i.test(part));
  return at > 0 && local.length <= 64 && domain.length <= 255 && isLocal && isDomain;
}

const licenses: ReadonlySet<string> = new Set(spdxLicenses);

/** An identifier, or an expression of several, which hadolint would refuse. Source: SPDX specification, annex "License expressions". */
export function isLicense(text: string): boolean {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  let depth = 0;
  let wantsLicense = true;
  for (const [index, token] of tokens.entries()) {
    if (token === '(' && wantsLicense) depth++;
    else if (token === ')' && !wantsLicense && depth > 0) depth--;
    else if (wantsLicense && (isIdentifier(token) || tokens[index - 1]?.toUpperCase() === 'WITH')) wantsLicense = false;
    else if (!wantsLicense && /^(?:AND|OR|WITH)$/i.test(token)) wantsLicense = true;
    else return false;
  }
  return !wantsLicense && depth === 0;
}

function isIdentifier(token: string): boolean {
  return licenses.has(token.replace(/\+$/, '')) || /^(?:DocumentRef-[\w.-]+:)?LicenseRef-[\w.-]+$/.test(token);
}
