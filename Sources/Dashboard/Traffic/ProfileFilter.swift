package import Profiles

/// Filter of the contexts and rows of a profile in the language of the dashboard's filter: part of a call site, cache or stack, a regular
/// expression, or an expression such as `cache = dentry and live_bytes > 1M`.
package struct ProfileFilter {
  private struct Subject {
    var context: AllocationContext
    /// Row that the context belongs to, and its profile; nil before contexts are grouped.
    var row: (ProfileRow, AllocationProfile)?
  }

  private let query: RowQuery<Subject>

  /// Error of a filter: the expected and the found text.
  package struct ParseError: Error, CustomStringConvertible {
    package let description: String
  }

  /// Parses a filter.
  package init(_ text: String) throws(ParseError) {
    do {
      query = try RowQuery(text, ProfileFilter.fields)
    } catch {
      throw ParseError(description: error.description)
    }
  }

  /// Returns the rows that pass the filter. Contexts that cannot pass it, whatever their figures are, are left out of the sums; of the
  /// remaining groups, those pass whose figures and one of whose contexts meet the condition. Rows of CPUs have no contexts, so that a
  /// filter does not apply to them.
  package func rows(of profile: AllocationProfile, by grouping: ProfileGrouping) -> [ProfileRow] {
    profile.rows(by: grouping, where: mayInclude).filter { row in
      row.cpu != nil
        || row.contexts.contains { index in
          query.includes(Subject(context: profile.contexts[index], row: (row, profile)))
        }
    }
  }

  /// Returns whether a context passes the filter, or passes it with some figures.
  package func mayInclude(_ context: AllocationContext) -> Bool {
    query.mayInclude(Subject(context: context, row: nil))
  }

  private static var fields: QueryFields<Subject> {
    func figure(_ name: String, _ value: @escaping (AllocationFigures) -> Int?) -> QueryFields<Subject>.Figure {
      (name, { $0.row.flatMap { row, _ in value(row.figures) }.map(Double.init) ?? .nan })
    }
    let figures: [QueryFields<Subject>.Figure] = [
      ("requested_bytes", { Double($0.context.requestedBytes) }),
      ("allocated_bytes", { Double($0.context.allocatedBytes) }),
      ("used_bytes", { $0.context.usedBytes.map(Double.init) ?? .nan }),
      figure("alloc_objects") { $0.allocObjects }, figure("alloc_bytes") { $0.allocBytes },
      figure("free_objects") { $0.freeObjects }, figure("remote_frees") { $0.remoteFrees },
      figure("unseen_frees") { $0.unseenFrees }, figure("live_objects") { $0.liveObjects },
      figure("live_bytes") { $0.liveBytes }, figure("peak_live_objects") { $0.peakLiveObjects },
      ("growth", { $0.row.flatMap { row, profile in profile.growthBytes(row) }.map(Double.init) ?? .nan }),
      figure("lifetime") { $0.lifetimes.medianMicroseconds },
      ("fragmentation", { $0.row.map { row, _ in row.figures.fragmentation * 100 } ?? .nan }),
    ]
    return QueryFields(
      name: { ([$0.context.site, $0.context.cache] + $0.context.stack).joined(separator: "\n") },
      texts: [
        (["site"], { $0.context.site }), (["cache"], { $0.context.cache }),
        (["stack"], { $0.context.stack.joined(separator: "\n") }),
      ], figures: figures, currentName: { $0 == "growth_bytes" ? "growth" : $0 })
  }
}
