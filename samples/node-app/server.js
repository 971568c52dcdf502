import { createServer } from 'node:http';
import { greeting } from './greeting.js';

const port = Number(process.env.PORT ?? 3000);

let visits = 0;

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  visits += 1;
  // A good line for a breakpoint: look at `pathname` and `visits`, then step into greeting.js.
  const text = answerTo(pathname);
  response.writeHead(text ? 200 : 400, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text ?? 'That is not a name.'}\n`);
  console.log(`${visits} ${request.method} ${pathname}`);
});

function answerTo(pathname) {
  try {
    return greeting(pathname, new Date().getHours());
  } catch {
    return undefined; // the path is not valid percent-encoding
  }
}

server.listen(port, () => console.log(`Listening on http://localhost:${port}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
