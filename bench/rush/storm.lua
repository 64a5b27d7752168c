-- Everybody sends one order, and whoever is told "wait" asks again until it is decided.
--   wrk -t 2 -c 64 -d 60s -s storm.lua http://127.0.0.1:PORT -- ORDERS_FILE RESULT_FILE THREADS PAUSE_MS
-- ORDERS_FILE has one order a line: path, tab, cookie, tab, form. RESULT_FILE gets one JSON object.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("id", #threads)
end

function init(args)
  local share = tonumber(args[3])
  result_file, pause = args[2], tonumber(args[4])
  orders, tally, ready, polls = {}, {}, {}, {}
  following, decided, errors, repeated = 1, 0, 0, 0
  local number = 0
  for line in io.lines(args[1]) do
    number = number + 1
    if number % share == id % share then
      local path, cookie, form = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
      local headers = { ["Content-Type"] = "application/x-www-form-urlencoded", ["Cookie"] = cookie, ["Accept-Language"] = "zh-CN" }
      table.insert(orders, wrk.format("POST", path, headers, form))
    end
  end
end

-- Called before each request of a connection: it gets its piece of work, or rests for good.
function delay()
  if #polls > 0 then
    table.insert(ready, table.remove(polls))
    return pause
  end
  if following <= #orders then
    table.insert(ready, orders[following])
    following = following + 1
    return 0
  end
  return 3600000
end

function request()
  if #ready == 0 then return wrk.format("GET", "/healthz") end  -- only wrk's own check of this script
  return table.remove(ready, 1)
end

function response(status, headers, body)
  local word = headers["X-Rush"] or headers["x-rush"] or ""
  local name = status .. " " .. word
  tally[name] = (tally[name] or 0) + 1
  if status >= 500 then errors = errors + 1 end
  if word == "waiting" then
    repeated = repeated + 1
    local where = headers["Location"] or headers["location"] or headers["X-Rush-Page"] or headers["x-rush-page"]
    table.insert(polls, wrk.format("GET", where, { ["Accept-Language"] = "zh-CN" }))
    return
  end
  decided = decided + 1
  if decided >= #orders then wrk.thread:stop() end
end

local function quoted(text) return '"' .. text:gsub('[%c"\\]', " ") .. '"' end

function done(summary, latency, requests)
  local all, decided_now, repeated_now = {}, 0, 0
  for _, thread in ipairs(threads) do
    decided_now = decided_now + thread:get("decided")
    repeated_now = repeated_now + thread:get("repeated")
    for name, number in pairs(thread:get("tally")) do all[name] = (all[name] or 0) + number end
  end
  local parts = {}
  for name, number in pairs(all) do table.insert(parts, quoted(name) .. ": " .. number) end
  local file = io.open(threads[1]:get("result_file"), "w")
  file:write(string.format(
    '{"seconds": %.4f, "requests": %d, "decided": %d, "asked_again": %d, "answers": {%s}, ' ..
    '"p50_ms": %.1f, "p95_ms": %.1f, "p99_ms": %.1f, "max_ms": %.1f, ' ..
    '"socket_errors": %d, "timeouts": %d}\n',
    summary.duration / 1e6, summary.requests, decided_now, repeated_now, table.concat(parts, ", "),
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    summary.errors.connect + summary.errors.read + summary.errors.write, summary.errors.timeout))
  file:close()
end
