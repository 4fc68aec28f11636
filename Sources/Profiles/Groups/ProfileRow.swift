/// Group of contexts with its figures. Properties in which the contexts of the group may differ are nil.
package struct ProfileRow: Sendable, Hashable {
  /// Call site.
  package var site: String?
  /// Call stack, the call site first.
  package var stack: [String]?
  /// Name of the cache.
  package var cache: String?
  /// Requested bytes of each object.
  package var requestedBytes: Int?
  /// Allocated bytes of each object.
  package var allocatedBytes: Int?
  /// Bytes in use of each object.
  package var usedBytes: Int?
  /// CPU that allocates.
  package var cpu: Int?
  /// Sums of the figures of the contexts. The peak is an upper bound if the group has several contexts.
  package var figures = AllocationFigures()
  /// Indices of the contexts in ``AllocationProfile/contexts``; empty for a row of a CPU.
  package var contexts: [Int] = []

  /// Creates a row without properties and figures.
  package init() {}
}

extension AllocationProfile {
  /// Returns the groups of contexts, in the order of their first contexts.
  ///
  /// A row of a CPU has the numbers of allocated objects, of freed objects and of remote frees only: of the objects that the
  /// CPU allocated.
  /// - Parameters:
  ///   - grouping: Property by which contexts are grouped.
  ///   - includes: Condition that a context must meet; rows of CPUs are of all contexts.
  /// - Complexity: O(contexts).
  package func rows(by grouping: ProfileGrouping, where includes: (AllocationContext) -> Bool = { _ in true })
    -> [ProfileRow]
  {
    if grouping == .cpu { return rowsByCPU }
    var (rows, indices) = ([ProfileRow](), [ProfileRow: Int]())
    for (index, context) in contexts.enumerated() where includes(context) {
      let key = ProfileRow(context, grouping)
      let row = indices[key] ?? rows.count
      if row == rows.count {
        indices[key] = row
        rows.append(key)
      }
      rows[row].figures.add(figures[index])
      rows[row].contexts.append(index)
    }
    return rows
  }

  private var rowsByCPU: [ProfileRow] {
    (0..<max(allocObjectsByCPU.count, freesByCPU.count)).map { cpu in
      var row = ProfileRow()
      row.cpu = cpu
      row.figures.allocObjects = cpu < allocObjectsByCPU.count ? allocObjectsByCPU[cpu] : 0
      if cpu < freesByCPU.count {
        row.figures.freeObjects = freesByCPU[cpu].reduce(0, +)
        row.figures.remoteFrees = row.figures.freeObjects - freesByCPU[cpu][cpu]
      }
      return row
    }
  }

  /// Returns the live bytes of a row at each of ``momentsByTime``.
  package func liveBytesByTime(_ row: ProfileRow) -> [Int] {
    momentsByTime.map { moment in
      row.contexts.reduce(0) { $0 + Int(moment.liveObjects[$1]) * contexts[$1].allocatedBytes }
    }
  }
}

extension ProfileRow {
  /// The properties of a context by which it is grouped.
  fileprivate init(_ context: AllocationContext, _ grouping: ProfileGrouping) {
    switch grouping {
    case .site: site = context.site
    case .cache: cache = context.cache
    case .siteAndCache: (site, cache) = (context.site, context.cache)
    case .size: (requestedBytes, allocatedBytes) = (context.requestedBytes, context.allocatedBytes)
    case .cpu: break
    case .stack:
      site = context.site
      stack = context.stack.isEmpty ? [context.site] : context.stack
    case .context:
      (site, stack, cache) = (context.site, context.stack, context.cache)
      (requestedBytes, allocatedBytes, usedBytes) = (context.requestedBytes, context.allocatedBytes, context.usedBytes)
    }
  }
}
