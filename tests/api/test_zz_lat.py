import time
from tests import steps
def test_lat(fresh, http, cloud):
    pass
    from chalicelib.aws import documents, files
    from chalicelib.aws.tables import Job
    def t(name, f, n=30):
        a=[]
        for _ in range(n):
            s=time.perf_counter(); f(); a.append(time.perf_counter()-s)
        a.sort(); print(name, [round(1000*x,2) for x in (a[0],a[n//2],a[-1])])
    t('get', documents.catalog)
    t('scan', lambda: list(Job.scan()))
    t('head', files.ping)
    t('versions', lambda: list(files.versions('')))
    t('put', lambda: files.put('x/y', b'abc','text/plain'))
    t('health', lambda: http.get('/api/v1/catalog'))
    d=cloud.client('dynamodb')
    t('raw', lambda: d.list_tables())
