local function sum(n)
  local i, total = 0, 0
  while i < n do
    total = total + i
    i = i + 1
  end
  return total
end

return sum
