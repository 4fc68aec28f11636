import Telemetry
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct CacheQueryTests {
  private func names(_ query: String) throws -> [String] {
    let query = try CacheQuery(query)
    let cacheRates = watchedDashboard(Size(width: 120, height: 40), seconds: 5).cacheRates
    return snapshot(second: 5).caches.filter { query.includes($0, cacheRates) }.map(\.name)
  }

  @Test func filterFindsNamesByPartAndByRegularExpression() throws {
    #expect(try names("").count == 8)
    #expect(try names("SKBUFF_h") == ["skbuff_head_cache"])
    #expect(try names("/^kmalloc-(1k|2k)$/") == ["kmalloc-1k", "kmalloc-2k"])
    #expect(try names("/64") == ["kmalloc-64"])
    #expect(try names("name ~ ^skb and objsize<500") == ["skbuff_head_cache"])
    #expect(try names("name=TCP") == ["TCP"])
  }

  @Test func filterComparesFigures() throws {
    #expect(try names("order >= 2") == ["kmalloc-2k", "TCP"])
    #expect(
      try names("slabmem > 100K and held > 100K and not name = kmalloc-1k") == [
        "skbuff_head_cache", "skbuff_small_head", "kmalloc-2k",
      ])
    #expect(try names("use<10% or objsize = 64") == ["skbuff_fclone_cache", "kmalloc-64", "TCP"])
    #expect(
      try names("(order>=2 or skb) and slabs != 1") == [
        "skbuff_head_cache", "skbuff_small_head", "skbuff_fclone_cache", "kmalloc-2k",
      ])
    #expect(try names("rate > 900").count == 4 && names("rate > 1M").isEmpty)
    #expect(try names("magazines >= 24 and full > 2 and not tails > 0") == names("magazines >= 24 and full > 2"))
  }

  @Test(arguments: [
    ("waste >", "expected a value after > at the end"), ("waste > x", "expected a number, e.g. 50, 4K, 1M before 'x'"),
    ("wast > 1", "unknown field 'wast', did you mean 'waste'?"),
    ("zzzzz > 1", "unknown field 'zzzzz', expected one of: name active"), ("/[/", "/[/ is not a regular expression"),
    ("(order > 1", "expected ) at the end"), ("order > 1 slabs > 2", "expected and, or, or the end before 'slabs'"),
    ("name > a", "expected = != or ~ after name before '>'"), ("order ~ 2", "expected > < = >= <= or != before '~'"),
  ])
  func filterErrorNamesExpectedAndFoundText(query: String, message: String) {
    let error = #expect(throws: QueryError.self) { try CacheQuery(query) }
    #expect(error?.description.hasPrefix(message) ?? false, "\(String(describing: error))")
  }
}
