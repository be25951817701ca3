// A service as one was written in 2012, on the API library of that time as npm has it.
// Usage: node service.js PORT-OF-REDIS; the library reads its host, port and database from here, too.
const {ZenIRCBot} = require('zenircbot-api');

const bot = new ZenIRCBot();
bot.register_commands('parrot', [{name: '!polly', description: 'says what a parrot says'}]);

bot.filter({version: 1, type: 'privmsg'}).on('data', (heard) => {
  const {sender, channel, message} = heard.data;
  if (message === '!polly') bot.send_privmsg(channel, `${sender} wants a cracker`);
  if (message === '!dance') bot.send_action([channel, sender], 'dances');
  if (message === '!come') bot.join_channel('#elsewhere');
  if (message === '!leave') bot.part_channel('#elsewhere', 'as you wish');
});
console.log('the parrot is awake');
