/** What the server answers to somebody who asks for `path` at `hour`. */
export function greeting(path, hour) {
  const name = decodeURIComponent(path.slice(1)) || 'world';
  const word = hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening';
  return `${word}, ${name}!`;
}
