/**
 * `text` with its variables replaced by the defaults they have in it: `${TAG:-1.2}` is `1.2`. Undefined where one has none, or
 * its default holds another. Source: compose-spec, 12-interpolation.md.
 */
export function interpolate(text: string): string | undefined {
  let certain = true;
  const replaced = text.replaceAll(
    /\$(?:(\$)|\{\w+:?-([^${}]*)\}|)/g,
    (_, dollar: string | undefined, value?: string) => {
      if (dollar === undefined && value === undefined) certain = false;
      return dollar ?? value ?? '';
    },
  );
  return certain ? replaced : undefined;
}
