const { createServer } = require('node:http');

let visits = 0;

createServer((_request, response) => {
  visits += 1;
  response.end(`visit ${visits}\n`); // where the tests stop
}).listen(3000, () => console.log('listening'));
