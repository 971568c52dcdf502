import { CompletionItemKind } from 'vscode-languageserver-types';
import type { Dockerfile, Stage } from '../dockerfile/dockerfile.ts';
import { markdownCode } from '../markdown.ts';
import type { ImagePlace } from './context.ts';
import { inOrder, type Offer } from './item.ts';

/** The stages above the one at `offset`, the nearest first. Those without a name can be copied from by their number. */
export function stageOffers(
  { stages }: Dockerfile,
  offset: number,
  place: Exclude<ImagePlace, 'ARG'>,
): readonly Offer[] {
  const earlier = stages.filter(({ span }, index) => {
    const next = stages[index + 1];
    return span.start < offset && (next === undefined ? false : next.from.span.start <= offset);
  });
  const seen = new Set<string>();
  return earlier.reverse().flatMap((stage, order) => {
    const label = stage.name?.value ?? (place === 'from' ? String(stage.index) : undefined);
    if (label === undefined || seen.has(label.toLowerCase())) return [];
    seen.add(label.toLowerCase());
    return [toOffer(stage, label, order)];
  });
}

function toOffer({ image }: Stage, label: string, order: number): Offer {
  return {
    label,
    kind: CompletionItemKind.Module,
    detail: 'stage',
    sortText: `0${inOrder(order)}`,
    ...(image && { documentation: `Stage on ${markdownCode(image.value)}` }),
  };
}
