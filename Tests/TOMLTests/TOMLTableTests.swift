import TOML
import Testing

@Suite struct TOMLTableTests {
  @Test func valuesOfEveryType() throws {
    let table = try TOMLTable(
      parsing: """
        text = "a\\"\\u0000ü"
        whole = -9223372036854775808
        fraction = 2.0
        endless = -inf
        answer = true
        mixed = [1, "x", [true], { y = 2.5 }]
        day = 2000-08-27
        [empty]
        """)
    #expect(table["text"] == .string("a\"\0ü"))
    #expect(table["whole"]?.integer == .min && table["whole"]?.float == nil)
    #expect(table["fraction"]?.float == 2 && table["fraction"]?.integer == nil)
    #expect(table["endless"] == .float(-.infinity))
    #expect(table["answer"]?.boolean == true && table["answer"]?.string == nil)
    let mixed = try #require(table["mixed"]?.array)
    #expect(mixed.prefix(3) == [.integer(1), .string("x"), .array([.boolean(true)])])
    #expect(mixed[3].table?["y"] == .float(2.5) && mixed.count == 4)
    #expect(table["day"] == .time)
    #expect(table["empty"]?.table?.keys == [])
    #expect(table["absent"] == nil)
    #expect(table.keys == ["answer", "day", "empty", "endless", "fraction", "mixed", "text", "whole"])
  }

  @Test func keysHaveTheirLines() throws {
    let table = try TOMLTable(
      parsing: """
        # comment
        first = [
          1,
        ]
        a.b.c = 1
        "quoted.key" = { inner = 1 }\r
        [orders."a.b"]

        maximum = 3
        [[list]]
        x = 1
        """)
    #expect(["first", "a", "quoted.key", "orders", "list", "absent"].map(table.line(of:)) == [2, 5, 6, 7, 10, nil])
    let orders = try #require(table["orders"]?.table?["a.b"]?.table)
    #expect(orders.line(of: "maximum") == 9)
    // The table's line stands for that of a key that it does not have.
    #expect(orders.line(of: "minimum") == 7)
    #expect(table["quoted.key"]?.table?.line(of: "inner") == 6)
    #expect(table["a"]?.table?["b"]?.table?.line(of: "c") == 5)
    #expect(table["list"]?.array?[0].table?.line(of: "x") == 11)
  }

  @Test func emptyTextIsAnEmptyTable() throws {
    #expect(try TOMLTable(parsing: "").keys == [])
    #expect(try TOMLTable(parsing: "\u{feff}\n# nothing").keys == [])
  }

  @Test(arguments: [
    ("x = ", 1), ("x = 1\ny = 2\nx = 3\n", 3), ("[a]\n\n[a]", 3), ("x = 9223372036854775808", 1), ("x = \"\0\"", 1),
    ("x = 1\n\n\u{0}", 3), ("x = \"unfinished", 1), ("x = 2000-13-01", 1),
    ("[=]", 1), ("[a]\n[[[", 2), ("x \u{fefb} = 1", 1), ("\u{2714}\u{fe0f} = 1", 1),
    (String(repeating: "[", count: 100_000), 1), ("x = " + String(repeating: "[", count: 100_000), 1),
    ("x = " + String(repeating: "{a=", count: 100_000), 1),
  ])
  func textThatIsNotTOML(text: String, line: Int) throws {
    let error = try #require(throws: TOMLError.self) { try TOMLTable(parsing: text) }
    #expect(error.line == line && !error.problem.isEmpty && !error.problem.contains("\n"))
  }
}
