-- People on the queue page: each line of PAGES_FILE is one of them; every request is the next one's.
--   wrk -t 1 -c 64 -d 10s -s crowd.lua http://127.0.0.1:PORT -- PAGES_FILE RESULT_FILE A_SECOND CONNECTIONS COOKIE
-- A_SECOND 0: as fast as the server answers; else that many requests a second, as people whose page reloads by itself.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  result_file = args[2]
  local rate, connections = tonumber(args[3]), tonumber(args[4])
  pause = rate > 0 and 1000 * connections / rate or 0
  pages, tally, following = {}, {}, 0
  for line in io.lines(args[1]) do
    table.insert(pages, wrk.format("GET", line, { ["Cookie"] = args[5], ["Accept-Language"] = "zh-CN" }))
  end
end

function delay() return pause * (0.5 + math.random()) end

function request()
  following = following % #pages + 1
  return pages[following]
end

function response(status, headers, body)
  local tag = headers["ETag"] or headers["etag"] or ""
  local word = tag:match('^"%d+%-([^"]*)"') or "no answer"
  if word:match("^%d+$") then word = "waits" end
  tally[status .. " " .. word] = (tally[status .. " " .. word] or 0) + 1
end

local function quoted(text) return '"' .. text:gsub('[%c"\\]', " ") .. '"' end

function done(summary, latency, requests)
  local all, parts = {}, {}
  for _, thread in ipairs(threads) do
    for name, number in pairs(thread:get("tally")) do all[name] = (all[name] or 0) + number end
  end
  for name, number in pairs(all) do table.insert(parts, quoted(name) .. ": " .. number) end
  local file = io.open(threads[1]:get("result_file"), "w")
  file:write(string.format(
    '{"seconds": %.4f, "requests": %d, "bytes": %d, "answers": {%s}, "p50_ms": %.1f, "p95_ms": %.1f, "p99_ms": %.1f, ' ..
    '"socket_errors": %d, "timeouts": %d}\n',
    summary.duration / 1e6, summary.requests, summary.bytes, table.concat(parts, ", "),
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    summary.errors.connect + summary.errors.read + summary.errors.write, summary.errors.timeout))
  file:close()
end
