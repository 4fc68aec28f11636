import Foundation
import Testing

@testable import Telemetry

@Suite struct FigureTests {
  @Test func everyJSONKeyIsThatOfOneFigure() {
    let caches = CacheSnapshot.CodingKeys.allCases.map(\.stringValue).sorted()
    #expect(Figure.ofCaches.compactMap(\.jsonKey).sorted() == caches)
    let snapshots = Snapshot.CodingKeys.allCases.map(\.stringValue).sorted()
    #expect(Figure.ofSnapshots.compactMap(\.jsonKey).sorted() == snapshots)
    let generalCaches = GeneralCacheSnapshot.CodingKeys.allCases.map(\.stringValue).sorted()
    #expect(Figure.ofGeneralCaches.compactMap(\.jsonKey).sorted() == generalCaches)
  }

  @Test func headerOfCSVHasEveryFigureWithAColumn() throws {
    let header = try #require(Snapshot().csv.split(separator: "\n").first)
    #expect(header.split(separator: ",").map(String.init).sorted() == Figure.ofCaches.compactMap(\.csvColumn).sorted())
    #expect(
      header == """
        cache,object_bytes,stride_bytes,active_objects,total_objects,slabs,slab_bytes,requested_bytes,active_bytes,waste_bytes,\
        allocations,frees,refills,order_fallbacks,low_order_slabs,failed_allocations,full_slabs,partial_slabs,\
        empty_slabs,slabs_on_cpus,free_bytes_in_partial_slabs,packed_slabs,is_reclaimable,is_accounted,active_is_upper_bound,kernel_slabs,\
        kernel_slab_bytes,lock_acquisitions,lock_contentions,lock_wait_cycles,\
        slabs_by_order,preferred_order,objects_per_preferred_slab,tail_bytes,objects_in_magazines,magazine_capacity
        """)
  }

  @Test func figuresHaveADefinitionAndUniqueMetrics() {
    let figures = Figure.ofCaches + Figure.ofSnapshots + Figure.ofGeneralCaches
    for figure in figures {
      #expect(figure.definition.hasSuffix(".") && figure.definition.count > 15, "\(figure.name)")
      #expect(figure.definition.first?.isUppercase == true && !figure.definition.contains("\n"), "\(figure.name)")
    }
    let metrics = figures.compactMap(\.metric?.name)
    #expect(Set(metrics).count == metrics.count && metrics.count == 24)
  }

  @Test func everyFigureOfACacheHasAReaderExceptRatesAndTrends() {
    let severalSnapshots: Set<Figure> = [.allocationRate, .allocationTrend, .freeRate, .slabMemoryGrowth]
    #expect(Figure.ofCaches.filter { $0.reader == nil && $0 != .orderPlan }.allSatisfy(severalSnapshots.contains))
  }

  @Test(arguments: 0..<13) func unknownFigureHasNoValueAndNoKey(bit: Int) throws {
    var snapshot = sampleSnapshot()
    (snapshot.caches[0].allocations, snapshot.caches[0].refills) = (30, 1)
    let known = Figure.ofCaches.filter { snapshot.caches[0].value(of: $0) != nil }
    snapshot.caches[0].unknownFigures = .init(rawValue: 1 << UInt16(bit))
    let missing = known.filter { snapshot.caches[0].value(of: $0) == nil }
    #expect(!missing.isEmpty)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(snapshot.json().utf8)) as? [String: Any])
    let cache = try #require((json["caches"] as? [[String: Any]])?.first)
    #expect(missing.compactMap(\.jsonKey).filter { cache.keys.contains($0) } == [])
    #expect(try Snapshot(json: snapshot.json()).json() == snapshot.json())
  }
}
