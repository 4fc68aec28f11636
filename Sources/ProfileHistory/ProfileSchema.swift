import Profiles
import Telemetry

/// Tables of the profiles in a history file. They are added when the first profile is recorded, so that histories without
/// profiles and earlier versions of slabscope are not affected. They can be queried with the command sqlite3:
///
///     SELECT moment, sum(live_bytes) FROM profile_figures JOIN contexts ON context = contexts.id
///     WHERE site LIKE '__alloc_skb+%' GROUP BY moment;
enum ProfileSchema {
  /// SQL that creates the tables if the file does not have them.
  static let creation = """
    -- Contexts of all profiles: call site or call stack, cache and sizes.
    CREATE TABLE IF NOT EXISTS contexts (
      id INTEGER PRIMARY KEY,
      site TEXT NOT NULL,
      stack TEXT NOT NULL, -- functions separated by line feeds, the call site first; empty if only the call site is known
      cache TEXT NOT NULL,
      is_general INTEGER NOT NULL, -- 1: requested by size (kmalloc)
      requested_bytes INTEGER NOT NULL,
      allocated_bytes INTEGER NOT NULL,
      used_bytes INTEGER -- NULL if not known
    );

    -- One row for each recorded profile. All counts are cumulative, from the start of the source to the snapshot.
    CREATE TABLE IF NOT EXISTS profiles (
      moment INTEGER PRIMARY KEY REFERENCES moments (id),
      source TEXT NOT NULL,
      began_at REAL, -- seconds since 1970 UTC; NULL if not known
      events INTEGER NOT NULL,
      microseconds INTEGER NOT NULL,
      lost_events INTEGER, -- NULL if not known
      has_clock INTEGER NOT NULL, -- 0: an event counts as a microsecond
      failed_allocations INTEGER NOT NULL,
      unmatched_frees INTEGER NOT NULL,
      alloc_objects_by_cpu TEXT NOT NULL, -- JSON array
      frees_by_cpu TEXT NOT NULL -- rows of the matrix (allocating CPU, freeing CPU) as JSON arrays, separated by line feeds
    );

    -- One row for each context of each profile. The contexts with the most live bytes and allocated bytes have rows of their
    -- own; the sums of the others are in the context whose site and cache are `other`.
    CREATE TABLE IF NOT EXISTS profile_figures (
      moment INTEGER NOT NULL REFERENCES profiles (moment),
      context INTEGER NOT NULL REFERENCES contexts (id),
      \(counts.map { "\($0.column) INTEGER NOT NULL" }.joined(separator: ",\n  ")),
      peak_live_objects INTEGER, -- NULL if not known
      lifetimes TEXT NOT NULL, -- JSON array: freed objects by lifetime in powers of two of microseconds
      ages TEXT NOT NULL, -- JSON array: live objects by age in powers of two of microseconds; empty if not known
      PRIMARY KEY (moment, context)
    ) WITHOUT ROWID;

    CREATE TRIGGER IF NOT EXISTS delete_profile AFTER DELETE ON moments BEGIN
      DELETE FROM profile_figures WHERE moment = old.id;
      DELETE FROM profiles WHERE moment = old.id;
    END;
    """

  /// Counts of a context that every source knows, with their columns.
  static let counts: [(column: String, figure: any WritableKeyPath<AllocationFigures, Int> & Sendable)] = [
    ("alloc_objects", \.allocObjects), ("requested_bytes", \.requestedBytes), ("alloc_bytes", \.allocBytes),
    ("free_objects", \.freeObjects), ("remote_frees", \.remoteFrees), ("unseen_frees", \.unseenFrees),
    ("live_objects", \.liveObjects), ("live_requested_bytes", \.liveRequestedBytes), ("live_bytes", \.liveBytes),
    ("live_object_microseconds", \.liveObjectMicroseconds),
  ]

  /// Largest absolute value of a number in the tables: sums over all contexts of a profile do not overflow. Larger values are
  /// recorded as this one, and a file that has one is damaged.
  static let limit = 1 << 54
  /// Largest number of CPUs.
  static let cpuLimit = 4096

  /// Returns numbers as a JSON array.
  static func text(_ numbers: [Int]) -> String { "[\(numbers.map { "\(clamped($0))" }.joined(separator: ","))]" }

  /// Returns the numbers of a JSON array; nil if the text is anything else or a number is out of range.
  static func numbers(_ text: some StringProtocol) -> [Int]? {
    guard text.first == "[", text.last == "]", text.count >= 2 else { return nil }
    let fields = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
    if fields.count == 1, fields[0].isEmpty { return [] }
    let numbers = fields.compactMap { Int($0) }
    return numbers.count == fields.count && numbers.allSatisfy { (-limit...limit).contains($0) } ? numbers : nil
  }

  /// Returns the histogram of a JSON array; nil if the text is anything else. Each entry is less than 2^48, so that the sum over
  /// all buckets and contexts does not overflow.
  static func histogram(_ text: String) -> LifetimeHistogram? {
    guard let buckets = numbers(text), buckets.count <= LifetimeHistogram.bucketCount,
      buckets.allSatisfy({ abs($0) < 1 << 48 })
    else { return nil }
    return LifetimeHistogram(buckets)
  }

  /// Returns a number within the limits.
  static func clamped(_ number: Int) -> Int { min(max(number, -limit), limit) }
}
