extension CacheSnapshot: Codable {
  /// Encodes the figures that the source knows; the keys of the others are absent.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(name, forKey: .name)
    try object.encode(isGeneral, forKey: .isGeneral)
    try object.encode(slabHolder, forKey: .slabHolder)
    for (key, path, figure) in CacheSnapshot.integerKeys {
      try object.encodeIfPresent(self[known: path, figure], forKey: key)
    }
    for (key, path) in CacheSnapshot.optionalIntegerKeys {
      try object.encodeIfPresent(storage.figures[keyPath: path], forKey: key)
    }
    for (key, path) in CacheSnapshot.optionalFlagKeys {
      try object.encodeIfPresent(storage.figures[keyPath: path], forKey: key)
    }
    try object.encodeIfPresent(self[known: \.slabsByOrder, .slabsByOrder], forKey: .slabsByOrder)
    try object.encodeIfPresent(fallbacksByOrder, forKey: .fallbacksByOrder)
    try object.encodeIfPresent(refusalsByOrder, forKey: .refusalsByOrder)
    try object.encodeIfPresent(slabsByOccupancy, forKey: .slabsByOccupancy)
    try object.encodeIfPresent(orderPlan, forKey: .orderPlan)
  }

  /// Decodes an object that ``encode(to:)`` wrote. Figures whose keys are absent are unknown.
  package init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: CodingKeys.self)
    self.init(name: try object.decode(String.self, forKey: .name))
    isGeneral = try object.decodeIfPresent(Bool.self, forKey: .isGeneral) ?? false
    slabHolder = try object.decodeIfPresent(String.self, forKey: .slabHolder) ?? name
    for (key, path, figure) in CacheSnapshot.integerKeys {
      self[known: path, figure] = try object.decodeIfPresent(Int.self, forKey: key)
    }
    for (key, path) in CacheSnapshot.optionalIntegerKeys {
      ownFigures[keyPath: path] = try object.decodeIfPresent(Int.self, forKey: key)
    }
    for (key, path) in CacheSnapshot.optionalFlagKeys {
      ownFigures[keyPath: path] = try object.decodeIfPresent(Bool.self, forKey: key)
    }
    self[known: \.slabsByOrder, .slabsByOrder] = try object.decodeIfPresent([Int].self, forKey: .slabsByOrder)
    fallbacksByOrder = try object.decodeIfPresent([Int].self, forKey: .fallbacksByOrder)
    refusalsByOrder = try object.decodeIfPresent([Int].self, forKey: .refusalsByOrder)
    slabsByOccupancy = try object.decodeIfPresent([Int].self, forKey: .slabsByOccupancy)
    orderPlan = try object.decodeIfPresent(OrderPlanSnapshot.self, forKey: .orderPlan)
  }

  private static var integerKeys: [(CodingKeys, WritableKeyPath<CacheFigures, Int>, FigureSet)] {
    [
      (.objectSize, \.objectSize, .objectSize), (.stride, \.stride, .stride),
      (.activeObjects, \.activeObjects, .activeObjects), (.totalObjects, \.totalObjects, .totalObjects),
      (.objectsInMagazines, \.objectsInMagazines, .objectsInMagazines), (.slabs, \.slabs, .slabs),
      (.slabBytes, \.slabBytes, .slabBytes), (.tailBytes, \.tailBytes, .tailBytes),
      (.preferredOrder, \.preferredOrder, .preferredOrder),
      (.objectsPerPreferredSlab, \.objectsPerPreferredSlab, .objectsPerPreferredSlab),
      (.magazineCapacity, \.magazineCapacity, .magazineCapacity), (.orderFallbacks, \.orderFallbacks, .orderFallbacks),
    ]
  }

  private static var optionalIntegerKeys: [(CodingKeys, WritableKeyPath<CacheFigures, Int?>)] {
    [
      (.requestedBytes, \.requestedBytes), (.activeBytes, \.activeBytes), (.fullSlabs, \.fullSlabs),
      (.partialSlabs, \.partialSlabs), (.emptySlabs, \.emptySlabs), (.slabsOnCPUs, \.slabsOnCPUs),
      (.allocations, \.allocations), (.frees, \.frees), (.refills, \.refills), (.flushes, \.flushes),
      (.slabsGrown, \.slabsGrown), (.slabsReturned, \.slabsReturned), (.failedAllocations, \.failedAllocations),
      (.remoteFreesReturned, \.remoteFreesReturned), (.lockAcquisitions, \.lockAcquisitions),
      (.lockContentions, \.lockContentions), (.lockWaitCycles, \.lockWaitCycles),
      (.freeBytesInPartialSlabs, \.freeBytesInPartialSlabs), (.kernelSlabs, \.kernelSlabs),
      (.kernelSlabBytes, \.kernelSlabBytes),
    ]
  }

  private static var optionalFlagKeys: [(CodingKeys, WritableKeyPath<CacheFigures, Bool?>)] {
    [
      (.isReclaimable, \.isReclaimable), (.isAccounted, \.isAccounted), (.activeIsUpperBound, \.activeIsUpperBound),
    ]
  }
}
