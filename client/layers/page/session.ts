/** What all parts of the page share: the way to the extension host, the texts, and what the user sees of it all at the moment. */
import type { ByteUnits } from '../../../common/bytes.ts';
import type { FromPage, Subject } from '../messages.ts';
import type { PageTexts } from '../texts.ts';
import type { Which } from './comparisonRows.ts';
import type { Sorting } from './fileRows.ts';

/** What the user chose to see. It is there again when the panel is. */
export interface View {
  tab: 'files' | 'wasted';
  /** Index of the selected layer. */
  layer: number | undefined;
  sorting: Sorting;
  filter: string;
  wastedFilter: string;
  /** Open folders of the selected layer. */
  open: readonly string[];
  which: Which;
  differingFilter: string;
  sharedOpen: boolean;
}

export const firstView: View = {
  tab: 'files',
  layer: undefined,
  sorting: 'size',
  filter: '',
  wastedFilter: '',
  open: [],
  which: 'all',
  differingFilter: '',
  sharedOpen: false,
};

export interface Session {
  readonly texts: PageTexts;
  /** Of all sizes that are shown. */
  readonly units: ByteUnits;
  readonly view: View;
  send(message: FromPage): void;
  /** Keeps the view. */
  keep(): void;
}

/** What is kept of a panel. */
export interface Kept {
  readonly subject: Subject;
  readonly view: View;
}
