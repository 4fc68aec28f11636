import Foundation
import Testing

@testable import Telemetry

@Suite struct SnapshotFormatTests {
  private func snapshot() throws -> Snapshot {
    try SavedSnapshot.read(
      Array(
        """
        slabinfo - version: 2.1
        # name
        mlx5_fs_ftes    44 44 736 44 8 : tunables 0 0 0 : slabdata 1 1 0
        mlx5_fs_ftes    396 396 736 44 8 : tunables 0 0 0 : slabdata 9 9 0
        dentry    47807 50589 192 21 1 : tunables 0 0 0 : slabdata 2409 2409 0
        kmalloc-64    400 640 64 64 1 : tunables 0 0 0 : slabdata 10 10 0
        a_name_that_is_much_longer_than_a_table_in_a_mail_can_show 4 5 736 5 1 : tunables 0 0 0 : slabdata 1 1 0
        """.utf8), name: "file")
  }

  @Test func textFitsInEightyColumnsAndIsSortedBySlabMemory() throws {
    let lines = try snapshot().formatted(.text).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    let rows = lines.drop { !$0.hasPrefix("CACHE") }
    #expect(rows.dropFirst().prefix(3).map { $0.prefix { $0 != " " } } == ["dentry", "mlx5_fs_ftes", "kmalloc-64"])
    #expect(lines.contains { $0.hasPrefix("a_name_that_is_much_longer_than…") })
  }

  @Test func columnsSortLimitAndFilterApplyToTextAndCSV() throws {
    var selection = SnapshotSelection()
    selection.columns = try Figure.columns(named: "name,Total Objects,USE,slab_bytes")
    (selection.sortFigure, selection.limit) = (.totalObjects, 2)
    selection.filter = { $0.name != "dentry" }
    #expect(
      try snapshot().formatted(.csv, selection) == """
        cache,total_objects,use,slab_bytes
        kmalloc-64,640,62.5,40960
        mlx5_fs_ftes,396,100.0,294912

        """)
    let text = try snapshot().formatted(.text, selection)
    #expect(text.contains("CACHE         TOTAL      USE   SLAB MEM\n") && text.hasSuffix("2 of 5 caches\n"))
  }

  @Test func unknownColumnIsAnErrorWithASuggestion() {
    #expect(throws: UnknownFigureName(name: "slab_byte")) { try Figure.columns(named: "name,slab_byte") }
    #expect(UnknownFigureName(name: "slab_byte").description.contains("did you mean 'slab_bytes'?"))
  }

  @Test func collidingNamesGetAnIndexAsInNodeExporter() throws {
    for text in [try snapshot().openMetrics, try snapshot().prometheus] {
      #expect(text.contains("slabscope_cache_slab_bytes{slab=\"mlx5_fs_ftes\",index=\"0\"} 32768\n"))
      #expect(text.contains("slabscope_cache_slab_bytes{slab=\"mlx5_fs_ftes\",index=\"1\"} 294912\n"))
      #expect(text.contains("slabscope_cache_slab_bytes{slab=\"dentry\"} "))
      let series = text.split(separator: "\n").filter { $0.first != "#" }.map { $0[..<$0.lastIndex(of: " ")!] }
      #expect(Set(series).count == series.count)
    }
  }

  @Test func countersAreNamedWithTotalInHelpAndTypeOfPrometheusOnly() throws {
    var engine = sampleSnapshot()
    engine.caches[0].allocations = 60
    #expect(engine.prometheus.contains("# TYPE slabscope_cache_allocations_total counter\n"))
    #expect(engine.openMetrics.contains("# TYPE slabscope_cache_allocations counter\n"))
    #expect(!engine.prometheus.contains("# EOF"))
    for text in [engine.openMetrics, engine.prometheus] {
      #expect(text.contains("\nslabscope_cache_allocations_total{slab=\"kmalloc-2k\"} 60\n"))
    }
    #expect(try !snapshot().prometheus.contains("_total"))
  }

  @Test(.enabled(if: hasPromtool, "needs promtool (package prometheus)"))
  func promtoolAcceptsMetrics() throws {
    var engine = sampleSnapshot()
    engine.caches[0].name = "odd \"name\" \\ \u{1B}[31m\n"
    (engine.caches[0].allocations, engine.caches[0].lockAcquisitions) = (60, 3)
    engine.generalCaches = [GeneralCacheSnapshot(size: 64, cache: "a"), GeneralCacheSnapshot(size: 64, cache: "a")]
    for snapshot in [engine, try snapshot()] {
      let path = FileManager.default.temporaryDirectory.appendingPathComponent("metrics-\(UUID().uuidString)").path
      try AtomicFile.write(Array(snapshot.prometheus.utf8), to: path)
      defer { unlink(path) }
      let (status, output) = try RealTools.run("promtool check metrics < \(path)")
      #expect(status == 0, "\(output)")
    }
  }

  @Test func slabinfoRefusesFiguresThatItCannotExpress() throws {
    let report = try SavedSnapshot.read(Array("Unreclaimable slab info:\na 80KB 128KB\n".utf8), name: "file")
    #expect(throws: SnapshotFormatError.self) { try report.formatted(.slabinfo) }
    #expect(try snapshot().formatted(.slabinfo).contains("mlx5_fs_ftes.2"))
  }
}

private let hasPromtool = (try? RealTools.run("command -v promtool").status) == 0
