/**
 * The variables of launch.json that a `container` configuration may use. VS Code replaces them only after the point where one
 * debug type may become another, so this type replaces its own.
 */
export interface Variables {
  readonly workspaceFolder?: string;
  /** Path of the file in the active editor. */
  readonly file?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** All strings in `value` with `${workspaceFolder}`, `${workspaceFolderBasename}`, `${file}`, `${fileDirname}` and `${env:NAME}` replaced; what is not known stays. */
export function substitute<T>(value: T, variables: Variables): T {
  if (typeof value === 'string') return replaceIn(value, variables) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => substitute(item, variables)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, variables)])) as T;
}

function replaceIn(text: string, { workspaceFolder, file, environment }: Variables): string {
  return text.replaceAll(/\$\{(?:(\w+)|env:(\w+))\}/g, (all: string, name?: string, variable?: string) => {
    // An unset variable is empty, as VS Code has it.
    if (variable !== undefined) return environment[variable] ?? '';
    const known: Readonly<Record<string, string | undefined>> = {
      workspaceFolder,
      workspaceFolderBasename: workspaceFolder?.replace(/^.*[\\/]/, ''),
      file,
      fileDirname: file?.replace(/[\\/][^\\/]*$/, ''),
    };
    return known[name ?? ''] ?? all;
  });
}
