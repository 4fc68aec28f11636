/// Stored figures of a ``CacheSnapshot``, whose properties of the same names document them.
package struct CacheFigures: Sendable, Hashable {
  package var name: String
  package var isGeneral: Bool = false
  package var slabHolder: String = ""
  package var objectSize: Int = 0
  package var stride: Int = 0
  package var activeObjects: Int = 0
  package var totalObjects: Int = 0
  package var objectsInMagazines: Int = 0
  package var requestedBytes: Int?
  package var slabs: Int = 0
  package var fullSlabs: Int?
  package var partialSlabs: Int?
  package var emptySlabs: Int?
  package var slabsByOrder: [Int] = CacheFigures.zeroByOrder
  package var slabBytes: Int = 0
  package var tailBytes: Int = 0
  package var preferredOrder: Int = 0
  package var objectsPerPreferredSlab: Int = 0
  package var magazineCapacity: Int = 0
  package var allocations: Int?
  package var frees: Int?
  package var refills: Int?
  package var flushes: Int?
  package var slabsGrown: Int?
  package var slabsReturned: Int?
  package var orderFallbacks: Int = 0
  package var fallbacksByOrder: [Int]?
  package var refusalsByOrder: [Int]?
  package var orderPlan: OrderPlanSnapshot?
  package var failedAllocations: Int?
  package var remoteFreesReturned: Int?
  package var lockAcquisitions: Int?
  package var lockContentions: Int?
  package var lockWaitCycles: Int?
  package var slabsOnCPUs: Int?
  package var freeBytesInPartialSlabs: Int?
  package var slabsByOccupancy: [Int]?
  package var isReclaimable: Bool?
  package var isAccounted: Bool?
  package var activeIsUpperBound: Bool?
  package var kernelSlabs: Int?
  package var kernelSlabBytes: Int?
  package var activeBytes: Int?
  package var unknownFigures: CacheSnapshot.FigureSet = []
  package var aliases: [String] = []
  package var hostDetails: [CacheSnapshot.Detail] = []
  package var slabMap: [SlabSnapshot]?
  package var occupancy: SlabOccupancy?
  package var traffic: WatchedTraffic?

  /// Counts by page order that are all 0. Caches share this array, which saves an allocation for each of them.
  private static let zeroByOrder = [Int](repeating: 0, count: 11)

  /// Creates the figures of a cache without slabs.
  package init(name: String) {
    self.name = name
    slabHolder = name
  }
}
