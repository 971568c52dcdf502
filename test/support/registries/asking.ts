/** Plain fetch against the emulator, for the tests of the emulator itself. */

export const basic = (username: string, password: string) => ({
  authorization: `Basic ${btoa(`${username}:${password}`)}`,
});
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
export const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });
export const post = (value: object) => ({ method: 'POST', body: JSON.stringify(value) });
// biome-ignore lint/suspicious/noExplicitAny: the shapes are what is tested
export const read = async (url: string, init: RequestInit = {}): Promise<any> => (await fetch(url, init)).json();
export const statusOf = async (url: string, init: RequestInit = {}) => {
  const answer = await fetch(url, init);
  await answer.arrayBuffer();
  return answer.status;
};
