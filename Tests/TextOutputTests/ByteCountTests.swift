import TextOutput
import Testing

@Suite struct ByteCountTests {
  @Test func bytesHaveOneDigitAfterThePointAndAnIECUnit() {
    let texts = [0, 1, 512, 999, 1000, 1023, 1024, 4096, 1_022_000, 1_023_950, 64 << 20, 34_500_000, 3 << 40, -2048]
      .map(ByteCount.text)
    #expect(
      texts == [
        "0 B", "1 B", "512 B", "999 B", "1.0 KiB", "1.0 KiB", "1.0 KiB", "4.0 KiB", "998.0 KiB", "1.0 MiB", "64.0 MiB",
        "32.9 MiB", "3.0 TiB", "-2.0 KiB",
      ])
    #expect([ByteCount.change(1536), ByteCount.change(0), ByteCount.change(-5)] == ["+1.5 KiB", "0 B", "-5 B"])
  }

  @Test func textsHaveAtMostNineCharacters() {
    for shift in 0..<50 {
      for bytes in [1 << shift, (1 << shift) - 1, 999 << shift / 2, Int(999.94 * Double(1 << shift))] {
        #expect(ByteCount.text(bytes).count <= 9, "\(bytes)")
      }
    }
    #expect(ByteCount.text(.min).hasSuffix("PiB") && ByteCount.text(.max).hasSuffix("PiB"))
  }
}
