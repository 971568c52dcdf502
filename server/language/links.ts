import type { DocumentLink } from 'vscode-languageserver-types';
import { nameLength } from './completion/imageName.ts';
import type { Images } from './host.ts';
import type { ImageFile } from './imageActions.ts';
import { rangeOf } from './position.ts';
import { shownText } from './shownText.ts';

/** From the names of images to their pages. A name that variables are part of leads nowhere: there it is to them that one wants to go. */
export function imageLinks(file: Pick<ImageFile, 'text' | 'lineStarts' | 'uses'>, images: Images): DocumentLink[] {
  return file.uses.flatMap(({ reference, span }) => {
    const text = file.text.slice(span.start, span.end);
    const name = text.slice(0, nameLength(text));
    const page = images.page(reference);
    if (page === undefined || !/^https?:\/\//.test(page) || !/^[\w./:-]+$/.test(name)) return [];
    const range = rangeOf(file, { start: span.start, end: span.start + name.length });
    return [{ range, target: page, tooltip: shownText(`Open ${page}`) }];
  });
}
