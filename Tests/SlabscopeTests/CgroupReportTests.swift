import Foundation
import Kernel
import Testing

@testable import slabscope

struct CgroupReportTests {
  private let earlier = [
    CgroupSlabs(path: "/", reclaimableBytes: 4 << 20, unreclaimableBytes: 1 << 20)
  ]
  private let now = [
    CgroupSlabs(path: "/", reclaimableBytes: 6 << 20, unreclaimableBytes: 1 << 20),
    CgroupSlabs(path: "/a,b\u{1B}[31m", reclaimableBytes: 0, unreclaimableBytes: 4096),
  ]

  @Test("Growth is known of groups that existed before, and control characters of names are replaced")
  func formats() throws {
    let report = CgroupReport(now, since: earlier, limit: nil)
    let lines = report.text.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].contains("GROWTH") && lines[1].contains("+2.0 MiB"))
    #expect(!report.text.contains("\u{1B}") && !report.csv.contains("\u{1B}"))
    let csv = report.csv.split(separator: "\n")
    #expect(csv[1] == "/,7340032,6291456,1048576,2097152")
    #expect(csv[2].hasPrefix("\"/a,b") && csv[2].hasSuffix(",4096,0,4096,"))
    let object = try JSONSerialization.jsonObject(with: Data(try report.text(.json).utf8)) as? [String: Any]
    let groups = try #require(object?["cgroups"] as? [[String: Any]])
    #expect(groups.map { $0["slab_bytes"] as? Int } == [7 << 20, 4096])
    #expect(groups[0]["growth_bytes"] as? Int == 2 << 20 && groups[1]["growth_bytes"] == nil)
    #expect(try report.text(.jsonl).filter { $0 == "\n" }.count == 1)
  }

  @Test("Without an earlier reading there is no growth, and a limit keeps the largest groups")
  func singleReading() {
    let report = CgroupReport(now, since: nil, limit: 1)
    #expect(report.rows.map(\.group.path) == ["/"] && !report.text.contains("GROWTH"))
  }
}
