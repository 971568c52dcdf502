const { createServer } = require('node:http');

let visits = 0;

createServer((_request, response) => {
  visits += 1;
  response.end(`visit ${visits}\n`); // line 7, where the test stops
}).listen(3000, () => console.log('listening'));
