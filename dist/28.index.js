export const id = 28;
export const ids = [28];
export const modules = {

/***/ 5028:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   openTunnel: () => (/* binding */ openTunnel)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7067);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4708);
/* harmony import */ var node_net__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7030);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8050);




function openTunnel(options) {
    const { proxy, target, timeoutMs, userAgent, secureContext, onSocket } = options;
    const basic = proxy.credentials && `Basic ${Buffer.from(proxy.credentials.reveal()).toString('base64')}`;
    const request = (proxy.secure ? node_https__WEBPACK_IMPORTED_MODULE_1__.request : node_http__WEBPACK_IMPORTED_MODULE_0__.request)({
        method: 'CONNECT',
        host: proxy.hostname,
        port: proxy.port,
        path: target,
        headers: { host: target, 'user-agent': userAgent, ...(basic && { 'proxy-authorization': basic }) },
        agent: false,
        rejectUnauthorized: true,
        servername: (0,node_net__WEBPACK_IMPORTED_MODULE_2__.isIP)(proxy.hostname) === 0 ? proxy.hostname : '',
        ...(secureContext && { secureContext }),
    });
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => request.destroy(new _failure_js__WEBPACK_IMPORTED_MODULE_3__/* .TunnelError */ .Tm(proxy.name, 'timeout')), timeoutMs);
        request.once('socket', onSocket);
        request.once('error', (error) => {
            clearTimeout(timer);
            reject(error instanceof _failure_js__WEBPACK_IMPORTED_MODULE_3__/* .TunnelError */ .Tm ? error : new _failure_js__WEBPACK_IMPORTED_MODULE_3__/* .TunnelError */ .Tm(proxy.name, error));
        });
        request.once('connect', (response, socket, head) => {
            clearTimeout(timer);
            if (response.statusCode !== 200 || head.length > 0) {
                socket.on('error', () => undefined).destroy();
                reject(new _failure_js__WEBPACK_IMPORTED_MODULE_3__/* .TunnelError */ .Tm(proxy.name, Number(response.statusCode)));
                return;
            }
            resolve(socket);
        });
        request.end();
    });
}


/***/ })

};
