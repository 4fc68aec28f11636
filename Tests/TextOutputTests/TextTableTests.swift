import Testing
import TextOutput

@Suite struct TextTableTests {
  @Test func columnsAreAsWideAsTheirLongestCells() {
    var table = TextTable(["cache", "objects", "KiB"])
    table.add(["dentry", "7", "1024"])
    table.add(["skbuff_head_cache", "123456", "8"])
    #expect(
      table.lines == [
        "cache              objects   KiB",
        "dentry                   7  1024",
        "skbuff_head_cache   123456     8",
      ])
  }

  @Test func lastColumnOfSentencesIsAlignedLeft() {
    var table = TextTable(["class", "reason"])
    table.add(["96", "fits best"])
    table.add(["1024", "no"])
    #expect(table.lines == ["class  reason", "96     fits best", "1024   no"])
  }

  @Test func figuresWithSpacesInTheLastColumnAreAlignedRightOnRequest() {
    var table = TextTable(["", "linux"], lastColumn: .figures)
    table.add(["peak", "9 MiB"])
    table.add(["objects", "1234"])
    #expect(table.lines == ["         linux", "peak     9 MiB", "objects   1234"])
  }

  @Test func percentagesInTheLastColumnAreAlignedRight() {
    var table = TextTable(["class", "share"])
    table.add(["96", "3.0 %"])
    table.add(["1024", "12.0 %"])
    #expect(table.lines == ["class   share", "96      3.0 %", "1024   12.0 %"])
  }

  @Test func longCellsOfTruncatingColumnsAreTruncated() {
    var table = TextTable(columns: [("cache", .left(8)), ("objects", .right(9))], indentation: 2)
    table.add(["skbuff_head_cache", "5"])
    #expect(table.lines == ["  cache     objects", "  skbuff…         5"])
  }

  @Test func longCellsOfOtherColumnsMoveTheRestOfTheLine() {
    var table = TextTable(columns: [("", .left(4, truncates: false)), ("", .right(4)), ("", .remark(gap: 1))])
    table.add(["dentry", "12345", "x"])
    table.add(["a", "1", "y"])
    #expect(table.lines == ["dentry 12345 x", "a      1 y"])
  }

  @Test func emptyHeadingsAreLeftOutAndPlainLinesPrintedAsTheyAre() {
    var table = TextTable(columns: [("", .left(4)), ("", .remark())], indentation: 2)
    table.add(["a", "1"])
    table.add(line: "most often: 1")
    #expect(table.text == "  a     1\nmost often: 1")
  }
}
