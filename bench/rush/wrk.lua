-- One client a thread, one connection a client. A client hands in an order and asks again, when the page says so,
-- until it is decided; then comes its next order. Time is taken from the first byte sent until the answer is known.
local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long ns; } qw_time; int clock_gettime(int, qw_time *);")
local stamp = ffi.new("qw_time")
local function now()
  ffi.C.clock_gettime(1, stamp)
  return tonumber(stamp.s) * 1000 + tonumber(stamp.ns) / 1e6
end

local number = 0
function setup(thread)
  thread:set("me", number)
  number = number + 1
end

-- folder, clients, how many orders a client has in the queue at once
function init(args)
  folder, clients, most = args[1], tonumber(args[2]), tonumber(args[3])
  todo, at, standing, open = {}, 1, {}, 0
  local line = 0
  for order in io.lines(folder .. "/orders") do
    if line % clients == me then todo[#todo + 1] = order end
    line = line + 1
  end
  out = io.open(folder .. "/client" .. me, "w")
end

local function due()
  local first
  for index, one in ipairs(standing) do
    if not first or one.again < standing[first].again then first = index end
  end
  return first
end

function delay()
  if at <= #todo and open < most then return 0 end
  local first = due()
  if first then return math.max(0, math.ceil(standing[first].again - now())) end
  return 0
end

function request()
  if doing then -- the connection broke before the answer came: the same once more, as a person would
    out:write("broken 0 0\n")
    return doing.sending
  end
  local first = due()
  if first and standing[first].again <= now() + 1 then
    doing = table.remove(standing, first)
    doing.asked = doing.asked + 1
    doing.sent = now()
    doing.sending = wrk.format("GET", doing.address, { Cookie = doing.cookie })
    return doing.sending
  end
  if at > #todo then
    doing = nil
    return wrk.format("GET", "/rush/place/?p=none")
  end
  local cookie, body = todo[at]:match("^(%S+) (.*)$")
  at, open = at + 1, open + 1
  doing = { begun = now(), sent = now(), asked = 0, cookie = "sessionid=" .. cookie }
  doing.sending = wrk.format("POST", "/rush/order/",
    { Cookie = doing.cookie, ["Content-Type"] = "application/x-www-form-urlencoded" }, body)
  return doing.sending
end

function response(status, headers, body)
  if not doing then return end
  local verdict = body:match('data%-qw%-verdict="([^"]*)"')
  local address = body:match('data%-qw%-rush="([^"]*)"')
  out:write(string.format("%s %d %.2f\n", doing.asked == 0 and "order" or "ask", status, now() - doing.sent))
  if verdict or not address then
    out:write(string.format("decided %s %.2f %d %.2f %.2f\n", (verdict or "none"):gsub("%s+$", ""):gsub(" ", "/"),
      now() - doing.begun, doing.asked, doing.begun, now()))
    open = open - 1
  else
    doing.address = address:gsub("&amp;", "&")
    doing.again = now() + 1000 * tonumber(body:match('data%-qw%-again="([^"]*)"'))
    standing[#standing + 1] = doing
  end
  out:flush()
  doing = nil
  if at > #todo and open == 0 then
    out:write("done\n")
    out:close()
    wrk.thread:stop()
  end
end
