export const names = (rows: readonly { readonly name: string }[]): readonly string[] => rows.map(({ name }) => name);
