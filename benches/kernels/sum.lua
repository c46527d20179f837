local function sum(n)
  local total = 0
  for i = 0, n - 1 do
    total = total + i
  end
  return total
end

return sum
