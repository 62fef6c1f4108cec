"""When the standard library got what, and lost what, by the minor number of Python 3.

Taken from Python 3.7 to 3.13 themselves: what is there in each and not in the one before ("What's New in Python" says
the same). Left out are constants of the system, and names that nobody imports.
"""

MODULES = {
    "importlib.metadata": 8,
    "multiprocessing.shared_memory": 8,
    "graphlib": 9,
    "zoneinfo": 9,
    "tomllib": 11,
    "wsgiref.types": 11,
    "dbm.sqlite3": 13,
    "annotationlib": 14,
    "compression": 14,
    "string.templatelib": 14,
}

GONE = {
    "dummy_threading": 9,
    **dict.fromkeys(("formatter", "parser", "symbol"), 10),
    "binhex": 11,
    **dict.fromkeys(("asynchat", "asyncore", "distutils", "imp", "smtpd"), 12),
    **dict.fromkeys(
        ("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap", "msilib", "nis"), 13
    ),
    **dict.fromkeys(("nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"), 13),
}

_NAMES = """
ast 8 NamedExpr get_source_segment
ast 9 unparse
ast 10 Match MatchAs match_case
ast 11 TryStar
asyncio 9 to_thread
asyncio 11 Barrier BrokenBarrierError Runner TaskGroup Timeout timeout timeout_at
asyncio 12 create_eager_task_factory eager_task_factory
asyncio 13 QueueShutDown
base64 13 z85decode z85encode
abc 10 update_abstractmethods
argparse 9 BooleanOptionalAction
calendar 12 Day Month
collections.abc 12 Buffer
contextlib 10 aclosing
contextlib 11 chdir
copy 13 replace
dataclasses 10 KW_ONLY
datetime 11 UTC
enum 11 EnumCheck EnumType FlagBoundary ReprEnum StrEnum global_enum member nonmember property verify
enum 13 EnumDict
functools 8 cached_property singledispatchmethod
functools 9 cache
hashlib 11 file_digest
http 11 HTTPMethod
importlib.abc 9 Traversable TraversableResources
importlib.metadata 10 PackageMetadata packages_distributions
importlib.resources 9 as_file files
inspect 10 get_annotations
inspect 11 getmembers_static
inspect 12 getasyncgenlocals getasyncgenstate markcoroutinefunction
io 10 text_encoding
itertools 10 pairwise
itertools 12 batched
locale 11 getencoding
logging 11 getLevelNamesMapping
logging 12 getHandlerByName getHandlerNames
math 8 comb dist isqrt perm prod
math 9 lcm nextafter ulp
math 11 cbrt exp2
math 12 sumprod
math 13 fma
operator 11 call
os 9 waitstatus_to_exitcode
os 13 process_cpu_count
os.path 12 isjunction splitroot
pathlib 13 UnsupportedOperation
pickle 8 PickleBuffer
queue 13 ShutDown
random 9 randbytes
random 12 binomialvariate
re 11 NOFLAG
re 13 PatternError
shlex 8 join
signal 8 raise_signal strsignal valid_signals
socket 8 create_server has_dualstack_ipv6
sqlite3 11 Blob
statistics 8 NormalDist fmean geometric_mean multimode quantiles
statistics 10 correlation covariance linear_regression
statistics 13 kde kde_random
sys 8 addaudithook audit unraisablehook
sys 10 orig_argv stdlib_module_names
sys 11 exception
sys 12 monitoring
threading 8 excepthook get_native_id
threading 10 getprofile gettrace
types 9 GenericAlias
types 10 EllipsisType NoneType NotImplementedType UnionType
types 12 get_original_bases
types 13 CapsuleType
typing 8 Final Literal Protocol SupportsIndex TypedDict final get_args get_origin runtime_checkable
typing 9 Annotated
typing 10 Concatenate ParamSpec ParamSpecArgs ParamSpecKwargs TypeAlias TypeGuard is_typeddict
typing 11 LiteralString Never NotRequired Required Self TypeVarTuple Unpack assert_never assert_type
typing 11 clear_overloads dataclass_transform get_overloads reveal_type
typing 12 TypeAliasType override
typing 13 NoDefault ReadOnly TypeIs get_protocol_members is_protocol
unittest 8 IsolatedAsyncioTestCase
unittest.mock 8 AsyncMock
unittest.mock 13 ThreadingMock
warnings 13 deprecated
xml.etree.ElementTree 9 indent
zipfile 8 Path
"""

NAMES = {
    (module, name): int(minor)
    for module, minor, *names in map(str.split, _NAMES.strip().splitlines())
    for name in names
}
