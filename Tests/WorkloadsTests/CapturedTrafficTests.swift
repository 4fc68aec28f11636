import Recordings
import Testing

@testable import Workloads

@Suite struct CapturedTrafficTests {
  @Test func packetsAllocateHeadAndBufferAndAreFreedAfterTheDelay() {
    var traffic = CapturedTraffic(delayMicroseconds: 50)
    let packets = [(0, 46), (10, 576), (100, 1500), (100, 9000)].map { CapturedPacket(time: 1000 + $0.0, bytes: $0.1) }
    var (all, batch): ([AllocationEvent], [AllocationEvent]) = ([], [])
    for packet in packets {
      traffic.receive([packet], into: &batch)
      all += batch
    }
    traffic.finish(into: &batch)
    all += batch
    #expect(all.count == 16)
    #expect(all.map(\.time) == [0, 0, 10, 10, 50, 50, 60, 60, 100, 100, 100, 100, 150, 150, 150, 150])
    // The smallest packet fits a small head; data beyond one page are in page fragments.
    let buffers = all.filter { $0.isAllocation && traffic.symbols[Int($0.site)] == "kmalloc_reserve" }
    #expect(buffers.map(\.requestedBytes) == [576, 1024, 1920, 4096])
    // Bytes in use: head room, Ethernet header, packet and skb_shared_info. The last packet is limited by the page.
    let used = all.filter { traffic.symbols[Int($0.site)] == "skb_release_data" }.map(\.usedBytes)
    #expect(used == [444, 974, 1898, 4096])
    #expect(Set(all.filter(\.isAllocation).map(\.cpu)) == [0] && Set(all.filter { !$0.isAllocation }.map(\.cpu)) == [1])
  }
}
