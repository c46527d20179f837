local function mandelbrot(n)
  local total = 0
  for row = 0, n - 1 do
    local y = 2.0 * row / n - 1.0
    for column = 0, n - 1 do
      local x = 3.0 * column / n - 2.0
      local re, im, rounds = 0.0, 0.0, 0
      while rounds < 50 do
        local re_squared, im_squared = re * re, im * im
        if re_squared + im_squared > 4.0 then
          break
        end
        im = 2.0 * re * im + y
        re = re_squared - im_squared + x
        rounds = rounds + 1
      end
      total = total + rounds
    end
  end
  return total
end

return mandelbrot
