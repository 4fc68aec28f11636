import Testing

@testable import TextOutput

@Suite struct PrintfTests {
  @Test func numbersAreFormatted() {
    #expect(String(printf: "%.1f %%", 12.345) == "12.3 %" && String(printf: "%+.1f", -0.25) == "-0.2")
    #expect(String(printf: "%dm%02ds", 3, 7) == "3m07s" && String(printf: "%g s", 0.5) == "0.5 s")
    #expect(String(printf: " %6lu %4d", 1 << 40, Int32(-1)) == " 1099511627776   -1" && String(printf: "") == "")
  }

  @Test func textIsPaddedAndTrimmed() {
    #expect("ab".padded(to: 4) == "ab  " && "abcde".padded(to: 4) == "abcde")
    #expect(" \t a b \n".trimmed == "a b" && "  ".trimmed == "" && "a".trimmed == "a")
  }
}
